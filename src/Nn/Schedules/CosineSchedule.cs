namespace Quern.Nn;

/// <summary>
/// Falls from the base rate to a minimum along half a cosine: rate(t) = minimum + ½ (base - minimum) (1 + cos(π t / steps)). PyTorch's
/// <c>CosineAnnealingLR</c>. Source: Loshchilov and Hutter, 2017.
/// </summary>
public sealed class CosineSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _minimum;

    /// <summary>Makes a schedule.</summary>
    /// <param name="optimizer">The optimizer; its current learning rate is the base rate.</param>
    /// <param name="steps">The number of steps until the minimum rate is reached: at least 1. After that the rate rises again, as in PyTorch.</param>
    /// <param name="minimum">The minimum rate: zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public CosineSchedule(Optimizer optimizer, long steps, double minimum = 0)
        : base(optimizer)
    {
        CheckSteps(steps, nameof(steps));
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        _steps = steps;
        _minimum = minimum;
    }

    /// <inheritdoc/>
    public override double RateAt(long step) =>
        _minimum + ((BaseLearningRate - _minimum) * (1 + Math.Cos(Math.PI * step / _steps)) / 2);
}
