using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// The autoencoder of fully connected layers, by default 784-256-64-32-64-256-784.
/// </summary>
/// <remarks>
/// Sigmoid on the output. Parameters are named <c>encoder_fc1.weight</c> to <c>decoder_fc3.bias</c>; with batch norm
/// <c>encoder_bn1.weight</c> and its kin come in between.
/// </remarks>
public sealed class Autoencoder : ImageAutoencoder
{
    private static readonly int[] DefaultWidths = [256, 64];

    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>Makes an untrained autoencoder with the default options.</summary>
    /// <param name="generator">Where the initial weights come from.</param>
    /// <param name="bottleneck">Numbers in a code: at least 1.</param>
    /// <param name="device">Where the network works; the processor if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bottleneck"/> is less than 1.</exception>
    public Autoencoder(Generator generator, int bottleneck = DefaultBottleneck, Device? device = null)
        : this(generator, new AutoencoderOptions { Bottleneck = bottleneck }, device)
    {
    }

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="generator">Where the initial weights come from.</param>
    /// <param name="options">How it is built.</param>
    /// <param name="device">Where the network works; the processor if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option lies outside its range.</exception>
    public Autoencoder(Generator generator, AutoencoderOptions options, Device? device = null)
        : base(generator, options)
    {
        int[] widths = [Pixels, .. HiddenWidths, Bottleneck];
        int last = widths.Length - 1;
        LayerStack encoder = Stack("encoder", generator, device);
        LayerStack decoder = Stack("decoder", generator, device);
        for (int i = 1; i < last; i++)
        {
            encoder.Hidden($"fc{i}", new Linear(widths[i - 1], widths[i], generator, device: device));
        }

        _encoder = encoder.Last($"fc{last}", new Linear(widths[last - 1], Bottleneck, generator, device: device)).Then(MakeCodeActivation()).ToSequential();
        for (int i = 1; i < last; i++)
        {
            decoder.Hidden($"fc{i}", new Linear(widths[last - i + 1], widths[last - i], generator, device: device));
        }

        _decoder = decoder.Last($"fc{last}", new Linear(widths[1], Pixels, generator, device: device)).Then(new Sigmoid()).ToSequential();
    }

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Mlp;

    internal override IReadOnlyList<int> HiddenWidths => Options.HiddenWidths ?? DefaultWidths;

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.Forward(images);

    /// <inheritdoc/>
    public override Tensor Decode(Tensor codes) => _decoder.Forward(codes);

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient) => _encoder.Backward(_decoder.Backward(outputGradient));

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient) => _encoder.BackwardParameters(_decoder.Backward(outputGradient));
}
