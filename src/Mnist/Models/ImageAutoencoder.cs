using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// What all autoencoders share: images [batch, 784] with values from 0 to 1 are compressed to codes [batch, bottleneck] and drawn
/// again, and a loss says how well. Trainer, reports and state files ask for no more than this.
/// </summary>
public abstract partial class ImageAutoencoder : Module, ISequentialModule
{
    /// <summary>Rows of an image, and its columns.</summary>
    public const int Side = 28;

    /// <summary>Pixels of an image: 28 rows of 28.</summary>
    public const int Pixels = Side * Side;

    /// <summary>The default size of a code.</summary>
    public const int DefaultBottleneck = 32;

    private const int EncodeBatch = 500;

    private readonly MseLoss _loss = new();

    private protected ImageAutoencoder(Generator generator, AutoencoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        Draws = new Generator(generator.Seed) { Stream = RandomStreams.Layers(0) };
    }

    /// <summary>Numbers in a code.</summary>
    public int Bottleneck => Options.Bottleneck;

    /// <summary>How the network is built.</summary>
    public AutoencoderOptions Options { get; }

    /// <summary>The kind of autoencoder.</summary>
    public abstract ModelKind Kind { get; }

    IEnumerable<Module> ISequentialModule.Layers => EvaluatedLayers;

    // What evaluation runs, one after another.
    private protected abstract IEnumerable<Module> EvaluatedLayers { get; }

    // Where the layers take random numbers from in training.
    private protected Generator Draws { get; }

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="options">How it is built; the defaults if not given.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or is none of this autoencoder's.</exception>
    public static ImageAutoencoder Create(ModelKind kind, Generator generator, AutoencoderOptions? options = null, Device? device = null) => kind switch
    {
        ModelKind.Mlp => new Autoencoder(generator, options ?? new(), device),
        ModelKind.Conv => new ConvAutoencoder(generator, options, device),
        ModelKind.Vae => new VariationalAutoencoder(generator, options, device),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "ImageAutoencoder.Create: there is no such autoencoder."),
    };

    /// <summary>Images [batch, 784] to codes [batch, bottleneck].</summary>
    /// <exception cref="ShapeException">The images have another shape.</exception>
    public abstract Tensor Encode(Tensor images);

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
        Tensor codes = Tensor.Zeros([count, Bottleneck]);
        float[] pixels = new float[Math.Min(EncodeBatch, count) * Pixels];
        Tensor batch = Tensor.Zeros([pixels.Length / Pixels, Pixels], Parameters[0].Value.Device);
        for (int first = 0; first < count; first += EncodeBatch)
        {
            int length = Math.Min(EncodeBatch, count - first);
            images.CopyTo(pixels.AsSpan(0, length * Pixels), first);
            batch.Rows(0, length).CopyFrom(pixels.AsSpan(0, length * Pixels));
            Encode(batch.Rows(0, length)).CopyTo(codes.Rows(first, length).AsSpan());
        }

        return codes;
    }

    /// <summary>Codes [batch, bottleneck] to images [batch, 784] with values from 0 to 1.</summary>
    /// <exception cref="ShapeException">The codes have another shape.</exception>
    public abstract Tensor Decode(Tensor codes);

    /// <summary>Images [batch, 784] to their reconstructions [batch, 784].</summary>
    /// <exception cref="ShapeException">The images have another shape.</exception>
    public override Tensor Forward(Tensor input) => Decode(Encode(input));

    /// <summary>Computes the loss that training lowers: here the mean squared error of a pixel.</summary>
    /// <param name="input">What the network is shown: [batch, 784].</param>
    /// <param name="target">What it should draw: [batch, 784], the input itself or a clean version of it.</param>
    /// <param name="result">The tensor to write the loss to, of shape [] or [1]; a new one if omitted.</param>
    /// <returns>The loss, one number. On a GPU it is computed by the time it is read.</returns>
    /// <exception cref="ShapeException">An operand has another shape.</exception>
    public virtual Tensor ForwardLoss(Tensor input, Tensor target, Tensor? result = null) => _loss.Forward(Forward(input), target, result);

    /// <summary>Backpropagates the last <see cref="ForwardLoss"/>: adds to the gradient of each parameter.</summary>
    /// <exception cref="InvalidOperationException">There was none.</exception>
    public virtual void BackwardLoss() => BackwardParameters(_loss.Backward());

    /// <summary>Computes the loss alone, for validation.</summary>
    /// <inheritdoc cref="ForwardLoss"/>
    public virtual Tensor EvaluateLoss(Tensor input, Tensor target, Tensor? result = null) => _loss.Evaluate(Forward(input), target, result);

    /// <summary>Lets what the layers draw next follow from the place in a run alone.</summary>
    /// <param name="step">The training step, counted over all epochs: zero or more.</param>
    /// <param name="rank">The number of this process among those that train together, each on samples of its own: zero or more.</param>
    public void StartStep(long step, int rank = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        Draws.Stream = RandomStreams.Layers(step, rank);
    }

    // Layers named from an encoder or decoder, with the initial weights of a generator.
    private protected LayerStack Stack(string part, Generator generator, Device? device) =>
        new(part, Options, generator, Draws, (name, layer) => Register(name, layer), device);

    private protected Tanh? MakeCodeActivation() => Options.CodeActivation == CodeActivation.Tanh ? new Tanh() : null;
}
