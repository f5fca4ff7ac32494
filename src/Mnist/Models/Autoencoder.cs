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
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="bottleneck">The size of a code: at least 1.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bottleneck"/> is less than 1.</exception>
    public Autoencoder(Generator generator, int bottleneck = DefaultBottleneck, Device? device = null)
        : this(generator, new AutoencoderOptions { Bottleneck = bottleneck }, device)
    {
    }

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="options">How it is built.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option lies outside its range.</exception>
    public Autoencoder(Generator generator, AutoencoderOptions options, Device? device = null)
        : base(generator, options)
    {
        int[] down = [Pixels, .. HiddenWidths];
        int[] up = [Bottleneck, .. HiddenWidths.Reverse()];
        _encoder = Follow(Stack("encoder", generator, device)
            .Hidden(down)
            .Last($"fc{down.Length}", new Linear(down[^1], Bottleneck, generator, device: device))
            .Then(MakeCodeActivation())
            .ToSequential());
        _decoder = Follow(Stack("decoder", generator, device)
            .Hidden(up)
            .Last($"fc{up.Length}", new Linear(up[^1], Pixels, generator, device: device))
            .Then(new Sigmoid())
            .ToSequential());
    }

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Mlp;

    internal override IReadOnlyList<int> HiddenWidths => Options.HiddenWidths ?? DefaultWidths;

    private protected override IEnumerable<Module> EvaluatedLayers => [_encoder, _decoder];

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.Forward(images);

    /// <inheritdoc/>
    public override Tensor Decode(Tensor codes) => _decoder.Forward(codes);

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient) => _encoder.Backward(_decoder.Backward(outputGradient));

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient) => _encoder.BackwardParameters(_decoder.Backward(outputGradient));
}
