using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// The autoencoder 784-256-64-32-64-256-784: images [batch, 784] with values from 0 to 1 are squeezed into codes
/// [batch, bottleneck] and drawn again.
/// </summary>
/// <remarks>
/// ReLU between the layers, none on the code, sigmoid on the output. Weights are Glorot uniform, biases zero. Parameters are
/// named <c>encoder_fc1.weight</c> to <c>decoder_fc3.bias</c>.
/// </remarks>
public sealed partial class Autoencoder : Module
{
    /// <summary>Pixels of an image: 28 rows of 28.</summary>
    public const int Pixels = 28 * 28;

    /// <summary>Numbers in a code, if nothing else is asked for.</summary>
    public const int DefaultBottleneck = 32;

    private const int Wide = 256;
    private const int Narrow = 64;
    private const int EncodeBatch = 500;

    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="generator">Where the initial weights come from.</param>
    /// <param name="bottleneck">Numbers in a code: at least 1.</param>
    /// <param name="device">Where the network works; the processor if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bottleneck"/> is less than 1.</exception>
    public Autoencoder(Generator generator, int bottleneck = DefaultBottleneck, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bottleneck, 1);
        Bottleneck = bottleneck;
        _encoder = new Sequential(
            Register("encoder_fc1", new Linear(Pixels, Wide, generator, device: device)),
            new ReLU(),
            Register("encoder_fc2", new Linear(Wide, Narrow, generator, device: device)),
            new ReLU(),
            Register("encoder_fc3", new Linear(Narrow, bottleneck, generator, device: device)));
        _decoder = new Sequential(
            Register("decoder_fc1", new Linear(bottleneck, Narrow, generator, device: device)),
            new ReLU(),
            Register("decoder_fc2", new Linear(Narrow, Wide, generator, device: device)),
            new ReLU(),
            Register("decoder_fc3", new Linear(Wide, Pixels, generator, device: device)),
            new Sigmoid());
    }

    /// <summary>Numbers in a code.</summary>
    public int Bottleneck { get; }

    /// <summary>Images [batch, 784] to codes [batch, bottleneck].</summary>
    /// <exception cref="ShapeException">The images have another shape.</exception>
    public Tensor Encode(Tensor images) => _encoder.Forward(images);

    /// <summary>The codes of the first images of a data set.</summary>
    /// <param name="images">Images of 28x28 pixels.</param>
    /// <param name="count">How many: from 1 to all.</param>
    /// <returns>[count, bottleneck], on the processor. The network is left in evaluation mode.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many images.</exception>
    public Tensor Encode(Dataset images, int count)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, images.Count);
        Eval();
        float[] codes = new float[count * Bottleneck];
        for (int first = 0; first < count; first += EncodeBatch)
        {
            var batch = images.ToTensor(first, Math.Min(EncodeBatch, count - first), Parameters[0].Value.Device);
            Encode(batch).ToArray().CopyTo(codes, first * Bottleneck);
        }

        return Tensor.From(codes, [count, Bottleneck]);
    }

    /// <summary>Codes [batch, bottleneck] to images [batch, 784] with values from 0 to 1.</summary>
    /// <exception cref="ShapeException">The codes have another shape.</exception>
    public Tensor Decode(Tensor codes) => _decoder.Forward(codes);

    /// <summary>Images [batch, 784] to their reconstructions [batch, 784].</summary>
    /// <exception cref="ShapeException">The images have another shape.</exception>
    public override Tensor Forward(Tensor input) => Decode(Encode(input));

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient) => _encoder.Backward(_decoder.Backward(outputGradient));

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient) => _encoder.BackwardParameters(_decoder.Backward(outputGradient));
}
