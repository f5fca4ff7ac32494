using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// The autoencoder of convolutions: 1x28x28 to 16x14x14 to 32x7x7 to the code, and back the same way.
/// </summary>
/// <remarks>
/// Windows are 3x3 on the way in and 4x4 on the way out, all with a stride of 2; a linear layer lies on each side of the code. Sigmoid
/// on the output. Parameters are named <c>encoder_conv1.weight</c>, <c>encoder_conv2</c>, <c>encoder_fc</c>, <c>decoder_fc</c>,
/// <c>decoder_conv1</c>, <c>decoder_conv2</c>. Images and reconstructions are [batch, 784], as with every autoencoder here.
/// </remarks>
public sealed class ConvAutoencoder : ImageAutoencoder
{
    private const int Channels1 = 16;
    private const int Channels2 = 32;
    private const int Side2 = Side / 4;

    // What the linear layers are wide on their other side.
    internal const int Features = Channels2 * Side2 * Side2;

    private readonly Unflatten _pictures = new([1, Side, Side]);
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="options">How it is built; the defaults if not given.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or hidden widths are given.</exception>
    public ConvAutoencoder(Generator generator, AutoencoderOptions? options = null, Device? device = null)
        : base(generator, options ?? new())
    {
        if (Options.HiddenWidths is not null)
        {
            throw new ArgumentException("ConvAutoencoder: hidden widths were given, and its channels are fixed. Leave them out, or use an Autoencoder.", nameof(options));
        }

        Follow(_pictures);
        _encoder = Follow(Stack("encoder", generator, device)
            .Hidden("conv1", new Conv2d(1, Channels1, 3, generator, stride: 2, padding: 1, device: device))
            .Hidden("conv2", new Conv2d(Channels1, Channels2, 3, generator, stride: 2, padding: 1, device: device))
            .Then(new Flatten())
            .Last("fc", new Linear(Features, Bottleneck, generator, device: device))
            .Then(MakeCodeActivation())
            .ToSequential());
        _decoder = Follow(Stack("decoder", generator, device)
            .Hidden("fc", new Linear(Bottleneck, Features, generator, device: device))
            .Then(new Unflatten([Channels2, Side2, Side2]))
            .Hidden("conv1", new ConvTranspose2d(Channels2, Channels1, 4, generator, stride: 2, padding: 1, device: device))
            .Last("conv2", new ConvTranspose2d(Channels1, 1, 4, generator, stride: 2, padding: 1, device: device))
            .Then(new Flatten())
            .Then(new Sigmoid())
            .ToSequential());
    }

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Conv;

    internal override IReadOnlyList<int> HiddenWidths => [];

    private protected override IEnumerable<Module> EvaluatedLayers => [_pictures, _encoder, _decoder];

    /// <inheritdoc/>
    public override Tensor Encode(Tensor images) => _encoder.Forward(_pictures.Forward(images));

    /// <inheritdoc/>
    public override Tensor Decode(Tensor codes) => _decoder.Forward(codes);

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient) => _pictures.Backward(_encoder.Backward(_decoder.Backward(outputGradient)));

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient) => _encoder.BackwardParameters(_decoder.Backward(outputGradient));
}
