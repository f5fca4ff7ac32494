using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ) and
/// v̂ = v / (1 - β₂ᵗ) at step t. Source: Kingma and Ba, 2015, algorithm 1; defaults and weight decay are PyTorch's.
/// </summary>
public class Adam : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly bool _decoupled;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to change, on the device where they stay.</param>
    /// <param name="learningRate">The step size: zero or more.</param>
    /// <param name="beta1">How much of the mean gradient is kept at each step: at least 0, less than 1.</param>
    /// <param name="beta2">How much of the mean squared gradient is kept at each step: at least 0, less than 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero: zero or more.</param>
    /// <param name="weightDecay">Adds this times the parameter to its gradient: zero or more.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public Adam(
        IReadOnlyList<Parameter> parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0)
        : this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, decoupled: false)
    {
    }

    private protected Adam(
        IReadOnlyList<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        : base(parameters, learningRate, "exp_avg", "exp_avg_sq")
    {
        CheckFraction(beta1, nameof(beta1));
        CheckFraction(beta2, nameof(beta2));
        CheckNotNegative(epsilon, nameof(epsilon));
        CheckNotNegative(weightDecay, nameof(weightDecay));
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = epsilon;
        _weightDecay = weightDecay;
        _decoupled = decoupled;
    }

    /// <inheritdoc/>
    public sealed override void Step()
    {
        // In double precision: 1 - β₂ of a float has lost most of its digits.
        long step = StepCount + 1;
        Update<AdamOperator>(
            (float)(LearningRate / (1 - Math.Pow(_beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, step))),
            (float)_epsilon,
            (float)(1 - _beta1),
            (float)_beta2,
            (float)(1 - _beta2),
            _decoupled ? 0 : (float)_weightDecay,
            _decoupled ? (float)(1 - (LearningRate * _weightDecay)) : 1);
    }
}
