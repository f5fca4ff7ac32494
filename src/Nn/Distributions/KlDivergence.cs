using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The Kullback-Leibler divergence of a diagonal Gaussian from the standard one, the second term of a variational autoencoder: the mean
/// over the batch of ½ Σⱼ (exp(v[j]) + m[j]² - 1 - v[j]), with the means m[batch, code] and the logarithms of the variances v[batch, code].
/// </summary>
/// <remarks>
/// Backward: ∂loss/∂m = m / batch and ∂loss/∂v = ½ (exp(v) - 1) / batch. It sums over the code: a reconstruction loss beside it should sum over
/// the pixels, or be scaled to. Source: Kingma and Welling, 2014, appendix B.
/// </remarks>
/// <param name="scale">A factor of the divergence and its gradients: the beta of a beta-VAE.</param>
public sealed class KlDivergence(double scale = 1)
{
    private readonly Passes _passes = new(() => nameof(KlDivergence));
    private readonly Workspace _meanGradient = new();
    private readonly Workspace _logVarianceGradient = new();
    private KeptTensor _lastMeanGradient;
    private KeptTensor _lastLogVarianceGradient;

    /// <summary>Computes the divergence, and in the same pass over memory its gradients.</summary>
    /// <param name="mean">The means: [batch, code].</param>
    /// <param name="logVariance">The logarithms of the variances: [batch, code].</param>
    /// <param name="result">The tensor to write the divergence to, of shape [] or [1]; a new one if omitted. With one, nothing is allocated.</param>
    /// <returns>The divergence, one number. On a GPU it is computed by the time it is read.</returns>
    /// <exception cref="ShapeException">The shapes differ, or there are no elements, or <paramref name="result"/> is not one number.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    /// <exception cref="ArgumentException"><paramref name="result"/> shares memory with another tensor of the call.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a pass of this object; <see cref="Evaluate"/> serves any number.</exception>
    public Tensor Forward(Tensor mean, Tensor logVariance, Tensor? result = null)
    {
        Check(mean, logVariance);
        using Passes.Turn turn = _passes.Enter(nameof(Forward));
        result = Result(mean, logVariance, result);
        Tensor meanGradient = _meanGradient.Get(mean.Shape, mean.Device);
        Tensor logVarianceGradient = _logVarianceGradient.Get(mean.Shape, mean.Device);
        Tensor.CheckApart(nameof(KlDivergence), meanGradient, result, "the gradient of the means");
        Tensor.CheckApart(nameof(KlDivergence), logVarianceGradient, result, "the gradient of the log-variances");
        mean.Device.Loss<KlDivergenceOperator>(mean, logVariance, Factor(mean), 0, result, meanGradient, logVarianceGradient);
        _lastMeanGradient.Keep(meanGradient);
        _lastLogVarianceGradient.Keep(logVarianceGradient);
        _passes.Forwarded();
        return result;
    }

    /// <summary>Computes the divergence alone, for validation.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor Evaluate(Tensor mean, Tensor logVariance, Tensor? result = null)
    {
        Check(mean, logVariance);
        result = Result(mean, logVariance, result);
        mean.Device.Loss<KlDivergenceOperator>(mean, logVariance, Factor(mean), 0, result, null, null);
        return result;
    }

    /// <summary>The gradients of the last divergence with respect to what <see cref="Forward"/> was given.</summary>
    /// <returns>Two tensors [batch, code] that belong to this object until the next <see cref="Forward"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, or more than one since the last backward pass; or a gradient was written since.
    /// </exception>
    public (Tensor MeanGradient, Tensor LogVarianceGradient) Backward()
    {
        using Passes.Turn turn = _passes.EnterBackward("Evaluate computes a divergence alone");
        return (_lastMeanGradient.Get(nameof(KlDivergence), "gradient"), _lastLogVarianceGradient.Get(nameof(KlDivergence), "gradient"));
    }

    private static void Check(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        mean.CheckSameDevice(nameof(KlDivergence), logVariance);
        if (mean.Rank != 2 || mean.Shape != logVariance.Shape || mean.ElementCount == 0)
        {
            throw new ShapeException(
                $"KlDivergence: the means have shape {mean.Shape} and the log-variances {logVariance.Shape}; both must be [batch, code] with elements.");
        }
    }

    private double Factor(Tensor mean) => scale / mean.Shape[0];

    private Tensor Result(Tensor mean, Tensor logVariance, Tensor? result)
    {
        if (result is null)
        {
            return Tensor.Result([], mean.Device);
        }

        LayerChecks.Scalar(nameof(KlDivergence), result, mean.Device);
        Tensor.CheckApart(nameof(KlDivergence), mean, result, "the means");
        Tensor.CheckApart(nameof(KlDivergence), logVariance, result, "the log-variances");
        result.CountWrite();
        return result;
    }
}
