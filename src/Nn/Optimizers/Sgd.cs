using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// Stochastic gradient descent with momentum: b ← μ b + g (b = g at the first step), p ← p - rate · b. The formula and
/// the defaults are PyTorch's.
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;

    /// <summary>Makes an optimizer.</summary>
    /// <param name="parameters">The parameters to change, on the device where they stay.</param>
    /// <param name="learningRate">The step size: zero or more.</param>
    /// <param name="momentum">How much of the last step's direction is kept: at least 0, less than 1.</param>
    /// <param name="weightDecay">Adds this times the parameter to its gradient: zero or more.</param>
    /// <param name="nesterov">Looks ahead: p ← p - rate · (g + μ b).</param>
    /// <exception cref="ArgumentException">There are no parameters, or one of them is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public Sgd(
        IReadOnlyList<Parameter> parameters,
        double learningRate = 1e-3,
        double momentum = 0,
        double weightDecay = 0,
        bool nesterov = false)
        : base(parameters, learningRate, "momentum_buffer")
    {
        CheckFraction(momentum, nameof(momentum));
        CheckNotNegative(weightDecay, nameof(weightDecay));
        _momentum = momentum;
        _weightDecay = weightDecay;
        _nesterov = nesterov;
    }

    /// <inheritdoc/>
    public override void Step()
    {
        if (_momentum == 0)
        {
            Update<SgdOperator>((float)LearningRate, (float)_weightDecay);
        }
        else
        {
            Update<SgdMomentumOperator>((float)LearningRate, (float)_weightDecay, (float)_momentum, _nesterov ? 1 : 0);
        }
    }
}
