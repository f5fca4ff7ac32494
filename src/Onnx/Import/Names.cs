using System.Globalization;

namespace Quern.Onnx.Import;

/// <summary>Names of a file as messages show them, and as layers have them.</summary>
internal static class Names
{
    private const int MaxLength = 100;
    private const string WeightEnding = ".weight";

    /// <summary>A name in quotes, without what a terminal would act on, and not longer than a line.</summary>
    public static string Shown(string name)
    {
        string text = string.Concat(name.Take(MaxLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return name.Length > MaxLength ? $"'{text}…'" : $"'{text}'";
    }

    /// <summary>A node as messages show it: by its name, or by its output where it has none.</summary>
    public static string Of(Schema.NodeProto node) => node.Name.Length > 0 ? $"node {Shown(node.Name)}" : $"the node of {Shown(node.Output.FirstOrDefault(string.Empty))}";

    /// <summary>An operator as messages show it, with its domain if it is not ONNX's own.</summary>
    public static string Operator(Schema.NodeProto node) => Shown(IsOnnx(node) ? node.OpType : $"{node.Domain}.{node.OpType}")[1..^1];

    /// <summary>Whether an operator is one of ONNX's own.</summary>
    public static bool IsOnnx(Schema.NodeProto node) => node.Domain is "" or "ai.onnx";

    /// <summary>The name of a layer: what its weight is called without the ending, or its kind and position.</summary>
    public static string OfLayer(string? weight, Nn.Module layer, int position, HashSet<string> taken)
    {
        string name = weight is not null && weight.EndsWith(WeightEnding, StringComparison.Ordinal) && weight.Length > WeightEnding.Length
            ? weight[..^WeightEnding.Length].Replace('.', '_')
            : string.Create(CultureInfo.InvariantCulture, $"{layer.GetType().Name}_{position}");
        string unique = name;
        for (int i = 1; !taken.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{i}");
        }

        return unique;
    }
}
