using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

// Autoencoders made from files of their weights.
public abstract partial class ImageAutoencoder
{
    // What checkpoints keep beside the weights.
    internal const string OptimizerPrefix = "optimizer.";

    /// <summary>
    /// The notes that belong into a file of the weights, from which <see cref="Open"/> makes the network again: <c>architecture</c>,
    /// <c>bottleneck</c>, and the other options.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata => StateFileNotes.Of(this);

    /// <summary>The widths of the encoder's hidden layers; none where the network has channels instead.</summary>
    internal abstract IReadOnlyList<int> HiddenWidths { get; }

    /// <summary>Makes a trained autoencoder from a safetensors file: a model, a checkpoint, or weights that PyTorch wrote.</summary>
    /// <param name="path">
    /// The file. Sizes follow from its tensors; which network it is and how it is built from its notes, or from the defaults where there are none.
    /// </param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="StateFileException">The file is damaged, or its weights are no autoencoder's; the message says what is wrong.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ImageAutoencoder Open(string path, Device? device = null)
    {
        var state = SafeTensors.Read(path);
        var (kind, options) = StateFileNotes.Read(state, path);
        var model = Create(kind, new Generator(0), options, device);
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

    internal static IReadOnlyDictionary<string, Tensor> WithoutOptimizer(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.Where(named => !named.Key.StartsWith(OptimizerPrefix, StringComparison.Ordinal)).ToDictionary();
}
