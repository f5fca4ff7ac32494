using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Models;

/// <summary>
/// Draws from a normal distribution so that gradients reach its mean and variance: z = m + exp(v / 2) ε, with ε standard normal and v the
/// logarithm of the variance; all are [batch, code]. Source: Kingma and Welling, 2014.
/// </summary>
/// <remarks>Backward: ∂loss/∂m = ∂loss/∂z and ∂loss/∂v = ½ exp(v / 2) ε · ∂loss/∂z.</remarks>
internal sealed class Reparameterization
{
    private readonly Workspace _spread = new();
    private readonly Workspace _deviation = new();
    private readonly Workspace _code = new();
    private Tensor? _half;
    private Tensor? _lastSpread;

    /// <summary>Draws z.</summary>
    /// <param name="mean">m.</param>
    /// <param name="logVariance">v.</param>
    /// <param name="generator">The generator of ε; it gives a stream.</param>
    public Tensor Forward(Tensor mean, Tensor logVariance, Generator generator)
    {
        Device device = mean.Device;
        _half = _half?.Device == device ? _half : Tensor.Scalar(0.5f, device);
        Tensor deviation = _deviation.Get(mean.Shape, device);
        logVariance.Multiply(_half, deviation);
        deviation.Exp(deviation);
        _lastSpread = _spread.Get(mean.Shape, device);
        _lastSpread.FillRandomNormal(generator);
        _lastSpread.Multiply(deviation, _lastSpread);
        return mean.Add(_lastSpread, _code.Get(mean.Shape, device));
    }

    /// <summary>Adds what reaches mean and log-variance from the gradient with respect to z, which is overwritten.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public void Backward(Tensor codeGradient, Tensor meanGradient, Tensor logVarianceGradient)
    {
        if (_lastSpread is null || _half is null)
        {
            throw new InvalidOperationException("VariationalAutoencoder.Backward: no code was drawn. Call Train() and Forward first.");
        }

        meanGradient.Add(codeGradient, meanGradient);
        codeGradient.Multiply(_lastSpread, codeGradient);
        codeGradient.Multiply(_half, codeGradient);
        logVarianceGradient.Add(codeGradient, logVarianceGradient);
    }
}
