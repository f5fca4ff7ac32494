using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// The autoencoder whose code is a distribution, so that numbers drawn from the standard normal decode to images: by default
/// 784-512-256-(32 means, 32 log-variances)-256-512-784. In training the code is drawn; in evaluation it is the mean.
/// </summary>
/// <remarks>
/// The loss is the mean over the batch of the binary cross entropy, summed over the pixels, plus beta times the Kullback-Leibler divergence
/// of the code's distribution from the standard normal, summed over the code: in nats an image, the negative evidence lower bound where
/// beta is 1. Source: Kingma and Welling, 2014; beta: Higgins and others, 2017. Parameters are named <c>encoder_fc1.weight</c>,
/// <c>encoder_fc2</c>, <c>encoder_mean</c>, <c>encoder_log_variance</c>, <c>decoder_fc1</c> to <c>decoder_fc3</c>.
/// </remarks>
public sealed class VariationalAutoencoder : ImageAutoencoder
{
    private static readonly int[] DefaultWidths = [512, 256];

    private readonly Sequential _hidden;
    private readonly Linear _mean;
    private readonly Linear _logVariance;
    private readonly Reparameterization _drawing = new();
    private readonly Sequential _decoder;
    private readonly Sigmoid _sigmoid = new();
    private readonly BceWithLogitsLoss _reconstructionLoss = new(Pixels);
    private readonly KlDivergence _divergence;
    private readonly Workspace _divergenceLoss = new();
    private readonly Workspace _meanGradient = new();
    private readonly Workspace _logVarianceGradient = new();

    /// <summary>Makes an untrained autoencoder.</summary>
    /// <param name="generator">The generator of the initial weights; its seed also chooses the codes that training draws.</param>
    /// <param name="options">How it is built; the defaults if not given.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or an activation is asked for on the code.</exception>
    public VariationalAutoencoder(Generator generator, AutoencoderOptions? options = null, Device? device = null)
        : base(generator, options ?? new())
    {
        if (Options.CodeActivation != CodeActivation.None)
        {
            throw new ArgumentException(
                $"VariationalAutoencoder: {Options.CodeActivation} was asked for on the code, which is a normal distribution and has no bounds. Leave it out, or use an Autoencoder.", nameof(options));
        }

        int[] down = [Pixels, .. HiddenWidths];
        int[] up = [Bottleneck, .. HiddenWidths.Reverse()];
        LayerStack encoder = Stack("encoder", generator, device).Hidden(down);
        _hidden = Follow(encoder.ToSequential());
        _mean = new Linear(down[^1], Bottleneck, generator, device: device);
        _logVariance = new Linear(down[^1], Bottleneck, generator, device: device);
        encoder.Last("mean", _mean).Last("log_variance", _logVariance);
        _decoder = Follow(Stack("decoder", generator, device)
            .Hidden(up)
            .Last($"fc{up.Length}", new Linear(up[^1], Pixels, generator, device: device))
            .ToSequential());
        Follow(_sigmoid);
        _divergence = new KlDivergence(Options.Beta);
    }

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Vae;

    internal override IReadOnlyList<int> HiddenWidths => Options.HiddenWidths ?? DefaultWidths;

    private protected override IEnumerable<Module> EvaluatedLayers => [_hidden, _mean, _decoder, _sigmoid];

    /// <summary>Images [batch, 784] to the means of their codes [batch, bottleneck].</summary>
    /// <exception cref="ShapeException">The images have another shape.</exception>
    public override Tensor Encode(Tensor images) => _mean.Forward(_hidden.Forward(images));

    /// <inheritdoc/>
    public override Tensor Decode(Tensor codes) => _sigmoid.Forward(_decoder.Forward(codes));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Decode(IsTraining ? Draw(input).Code : Encode(input));

    /// <inheritdoc/>
    /// <remarks>The divergence has no part in it; <see cref="BackwardLoss"/> takes both terms of the loss back.</remarks>
    public override Tensor Backward(Tensor outputGradient) => _hidden.Backward(BackwardToHidden(outputGradient));

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient) => _hidden.BackwardParameters(BackwardToHidden(outputGradient));

    /// <summary>Computes the loss that training lowers: cross entropy plus beta times divergence, in nats an image.</summary>
    /// <inheritdoc/>
    public override Tensor ForwardLoss(Tensor input, Tensor target, Tensor? result = null)
    {
        var (code, mean, logVariance) = Draw(input);
        result = _reconstructionLoss.Forward(_decoder.Forward(code), target, result);
        return result.Add(_divergence.Forward(mean, logVariance, _divergenceLoss.Get(result.Shape, result.Device)), result);
    }

    /// <inheritdoc/>
    public override void BackwardLoss()
    {
        Tensor codeGradient = _decoder.Backward(_reconstructionLoss.Backward());
        (Tensor meanGradient, Tensor logVarianceGradient) = _divergence.Backward();
        _hidden.BackwardParameters(BackwardToHidden(codeGradient, meanGradient, logVarianceGradient));
    }

    /// <inheritdoc/>
    public override Tensor EvaluateLoss(Tensor input, Tensor target, Tensor? result = null)
    {
        Tensor features = _hidden.Forward(input);
        Tensor mean = _mean.Forward(features);
        result = _reconstructionLoss.Evaluate(_decoder.Forward(mean), target, result);
        return result.Add(_divergence.Evaluate(mean, _logVariance.Forward(features)), result);
    }

    private (Tensor Code, Tensor Mean, Tensor LogVariance) Draw(Tensor images)
    {
        Tensor features = _hidden.Forward(images);
        Tensor mean = _mean.Forward(features);
        Tensor logVariance = _logVariance.Forward(features);
        return (_drawing.Forward(mean, logVariance, Draws), mean, logVariance);
    }

    private Tensor BackwardToHidden(Tensor outputGradient)
    {
        Tensor codeGradient = _decoder.Backward(_sigmoid.Backward(outputGradient));
        Tensor meanGradient = _meanGradient.Get(codeGradient.Shape, codeGradient.Device);
        Tensor logVarianceGradient = _logVarianceGradient.Get(codeGradient.Shape, codeGradient.Device);
        meanGradient.Fill(0);
        logVarianceGradient.Fill(0);
        return BackwardToHidden(codeGradient, meanGradient, logVarianceGradient);
    }

    private Tensor BackwardToHidden(Tensor codeGradient, Tensor meanGradient, Tensor logVarianceGradient)
    {
        _drawing.Backward(codeGradient, meanGradient, logVarianceGradient);
        Tensor gradient = _mean.Backward(meanGradient);
        return gradient.Add(_logVariance.Backward(logVarianceGradient), gradient);
    }
}
