using System.Globalization;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A module within a <see cref="ModuleSummary"/>.</summary>
/// <param name="Name">Its name within the module that is summed up, with those above it and dots between: <c>encoder.fc1</c>; empty for that module itself.</param>
/// <param name="Kind">The name of its type.</param>
/// <param name="Output">The shape of its output; null where it is not known: of a module of one's own within another, or one that was not called.</param>
/// <param name="ParameterCount">How many numbers its own parameters hold, without those of the modules within.</param>
/// <param name="IsLeaf">Whether there is no module within.</param>
public sealed record LayerSummary(string Name, string Kind, Shape? Output, long ParameterCount, bool IsLeaf)
{
    /// <summary>Its name within the module that is summed up.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));

    /// <summary>The name of its type.</summary>
    public string Kind { get; } = Kind ?? throw new ArgumentNullException(nameof(Kind));

    /// <summary>How many modules are around it: 0 for the one that is summed up.</summary>
    public int Depth => Name.Length == 0 ? 0 : Name.Count(character => character == '.') + 1;
}

/// <summary>The modules of a network with the shapes of their outputs, their parameters and the memory that training takes.</summary>
/// <remarks>
/// Memory is that of float32 numbers: of the input, of the outputs of all modules that have none within and as much for their gradients, and of parameters and buffers. Layers may share or
/// need memory besides, and an optimizer needs some for each parameter: Adam twice as much as they have.
/// </remarks>
/// <param name="Input">The shape of the input.</param>
/// <param name="Layers">The modules, each before those within it; the first is the whole.</param>
/// <param name="BufferCount">How many numbers belong to the state without being trained: running means.</param>
public sealed record ModuleSummary(Shape Input, IReadOnlyList<LayerSummary> Layers, long BufferCount)
{
    private const int Float32 = 4;

    /// <summary>The modules, each before those within it; the first is the whole.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; } = Layers ?? throw new ArgumentNullException(nameof(Layers));

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Layers.Sum(layer => layer.ParameterCount);

    /// <summary>The bytes of the input.</summary>
    public long InputBytes => Input.ElementCount * Float32;

    /// <summary>The bytes of all outputs and their gradients.</summary>
    public long PassBytes => 2 * Float32 * Layers.Where(layer => layer.IsLeaf).Sum(layer => layer.Output?.ElementCount ?? 0);

    /// <summary>The bytes of parameters and buffers.</summary>
    public long ParameterBytes => (ParameterCount + BufferCount) * Float32;

    /// <summary>The bytes of all these.</summary>
    public long TotalBytes => InputBytes + PassBytes + ParameterBytes;

    /// <summary>The table, laid out as torchinfo's: a line for each module, and totals.</summary>
    public override string ToString()
    {
        List<(string Layer, string Output, string Parameters)> rows = [("Layer (type (name):depth-idx)", "Output Shape", "Param #")];
        Dictionary<int, int> found = [];
        for (int i = 0; i < Layers.Count; i++)
        {
            LayerSummary layer = Layers[i];
            string output = layer.Output?.ToString() ?? "--";
            string parameters = layer.ParameterCount == 0 ? "--" : layer.ParameterCount.ToString("N0", CultureInfo.InvariantCulture);
            int number = found[layer.Depth] = found.GetValueOrDefault(layer.Depth) + 1;
            string name = layer.Name[(layer.Name.LastIndexOf('.') + 1)..];
            string line = layer.Depth == 0 ? layer.Kind : string.Create(CultureInfo.InvariantCulture, $"{Branches(i)}{layer.Kind} ({name}): {layer.Depth}-{number}");
            rows.Add((line, output, parameters));
        }

        int first = rows.Max(row => row.Layer.Length) + 2, second = rows.Max(row => row.Output.Length) + 2;
        string rule = new('=', first + second + rows.Max(row => row.Parameters.Length));
        StringBuilder text = new();
        text.AppendLine(rule);
        for (int i = 0; i < rows.Count; i++)
        {
            text.Append(rows[i].Layer.PadRight(first)).Append(rows[i].Output.PadRight(second)).AppendLine(rows[i].Parameters);
            if (i == 0 || i == rows.Count - 1)
            {
                text.AppendLine(rule);
            }
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"Total params: {ParameterCount:N0}").AppendLine(rule);
        text.AppendLine(CultureInfo.InvariantCulture, $"Input size (MB): {InputBytes / 1e6:F2}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Forward/backward pass size (MB): {PassBytes / 1e6:F2}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Params size (MB): {ParameterBytes / 1e6:F2}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Estimated Total Size (MB): {TotalBytes / 1e6:F2}").Append(rule);
        return text.ToString();
    }

    // The lines of the tree before a module: for each module around it whether more follow beside that.
    private string Branches(int index)
    {
        StringBuilder text = new();
        for (int depth = 1; depth < Layers[index].Depth; depth++)
        {
            text.Append(HasNext(index, depth) ? "│    " : "     ");
        }

        return text.Append(HasNext(index, Layers[index].Depth) ? "├─" : "└─").ToString();
    }

    private bool HasNext(int index, int depth)
    {
        LayerSummary? next = Layers.Skip(index + 1).FirstOrDefault(layer => layer.Depth <= depth);
        return next?.Depth == depth;
    }
}
