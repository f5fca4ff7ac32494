namespace Quern.Nn;

/// <summary>
/// Adam with decoupled weight decay: p ← p - rate · decay · p before the step, and the gradient stays as it is. Source: Loshchilov and
/// Hutter, 2019; defaults are PyTorch's.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to change, on the device where they stay.</param>
    /// <param name="learningRate">The step size: zero or more.</param>
    /// <param name="beta1">How much of the mean gradient is kept at each step: at least 0, less than 1.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept at each step: at least 0, less than 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero: zero or more.</param>
    /// <param name="weightDecay">The part of itself, times the step size, that a parameter loses at each step: zero or more.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public AdamW(
        IReadOnlyList<Parameter> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 1e-2)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, decoupled: true)
    {
    }
}
