using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ) and
/// v̂ = v / (1 - β₂ᵗ) at step t. Source: Kingma and Ba, 2015, algorithm 1; defaults and weight decay are PyTorch's.
/// </summary>
public class Adam : Optimizer
{
    private readonly AdamSlot[] _reached;
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
        _reached = new AdamSlot[Parameters.Length];
    }

    /// <inheritdoc/>
    public sealed override void Step()
    {
        int reached = 0;
        for (int i = 0; i < Parameters.Length; i++)
        {
            Parameter parameter = Parameters[i];
            if (parameter.HasGradient)
            {
                Tensor[] moments = StateOf(i);
                parameter.Value.CountWrite();
                _reached[reached++] = new AdamSlot(parameter.Value, parameter.Gradient, moments[0], moments[1]);
            }
        }

        CheckReached(reached);
        StepCount++;
        AdamSettings settings = new(LearningRate, _beta1, _beta2, _epsilon, _weightDecay, _decoupled);
        _reached[0].Parameter.Device.Adam(_reached.AsSpan(0, reached), settings, StepCount);
    }
}
