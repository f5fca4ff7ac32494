using System.Globalization;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

// An autoencoder made from a file of its weights.
public sealed partial class Autoencoder
{
    /// <summary>What the note <c>architecture</c> of its files says.</summary>
    public const string Architecture = "mnist-autoencoder";

    // What checkpoints keep beside the weights.
    internal const string OptimizerPrefix = "optimizer.";

    private const string ArchitectureNote = "architecture";
    private const string CodeWeight = "encoder_fc3.weight";

    /// <summary>The notes that belong into a file of the weights: <c>architecture</c> and <c>bottleneck</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>
    {
        [ArchitectureNote] = Architecture,
        ["bottleneck"] = Bottleneck.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Makes a trained autoencoder from a safetensors file: a model, a checkpoint, or weights that PyTorch wrote.</summary>
    /// <param name="path">The file. The size of the code follows from its weights.</param>
    /// <param name="device">Where the network works; the processor if not given.</param>
    /// <exception cref="StateFileException">The file is damaged, or its weights are not an autoencoder's; the message says what is wrong.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Autoencoder Open(string path, Device? device = null)
    {
        var state = SafeTensors.Read(path);
        var model = new Autoencoder(new Generator(0), BottleneckOf(state, path), device);
        try
        {
            model.Load(WithoutOptimizer(state.Tensors));
        }
        catch (StateFileException error)
        {
            throw new StateFileException($"Autoencoder: '{path}' cannot be used. {error.Message}", error);
        }

        model.Eval();
        return model;
    }

    internal static int BottleneckOf(StateDictionary state, string path)
    {
        if (state.Metadata.TryGetValue(ArchitectureNote, out string? architecture) && architecture != Architecture)
        {
            throw new StateFileException(
                $"Autoencoder: '{path}' holds another network: its note '{ArchitectureNote}' is '{architecture[..Math.Min(architecture.Length, 100)]}', not '{Architecture}'.");
        }

        // The size comes from a tensor that is there, not from a note, so that no file can ask for more than it holds.
        return state.Tensors.TryGetValue(CodeWeight, out var weight) && weight.Shape.Rank == 2 && weight.Shape[1] == Narrow && weight.Shape[0] > 0
            ? weight.Shape[0]
            : throw new StateFileException(
                $"Autoencoder: '{path}' holds another network: it has no tensor '{CodeWeight}' of shape [bottleneck, {Narrow}]. Give the model.safetensors of a run.");
    }

    internal static IReadOnlyDictionary<string, Tensor> WithoutOptimizer(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.Where(named => !named.Key.StartsWith(OptimizerPrefix, StringComparison.Ordinal)).ToDictionary();
}
