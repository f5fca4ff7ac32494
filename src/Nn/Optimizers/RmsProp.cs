using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// RMSprop: v ← α v + (1 - α) g², u ← μ u + g / (√v + ε), p ← p - rate · u. Source: Hinton, "Neural networks for machine learning",
/// lecture 6e; the formula and the defaults are PyTorch's, without its centered variant.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly double _momentum;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to change, on the device where they stay.</param>
    /// <param name="learningRate">The step size: zero or more.</param>
    /// <param name="alpha">How much of the mean squared gradient is kept at each step: at least 0, less than 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero: zero or more.</param>
    /// <param name="weightDecay">Adds this times the parameter to its gradient: zero or more.</param>
    /// <param name="momentum">How much of the last step's direction is kept: at least 0, less than 1.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public RmsProp(
        IReadOnlyList<Parameter> parameters,
        double learningRate = 1e-2,
        double alpha = 0.99,
        double epsilon = 1e-8,
        double weightDecay = 0,
        double momentum = 0)
        : base(parameters, learningRate, "square_avg", "momentum_buffer")
    {
        CheckFraction(alpha, nameof(alpha));
        CheckNotNegative(epsilon, nameof(epsilon));
        CheckNotNegative(weightDecay, nameof(weightDecay));
        CheckFraction(momentum, nameof(momentum));
        _alpha = alpha;
        _epsilon = epsilon;
        _weightDecay = weightDecay;
        _momentum = momentum;
    }

    /// <inheritdoc/>
    public override void Step() => Update<RmsPropOperator>(
        (float)LearningRate, (float)_weightDecay, (float)_alpha, (float)(1 - _alpha), (float)_epsilon, (float)_momentum);
}
