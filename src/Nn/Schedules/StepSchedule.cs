namespace Quern.Nn;

/// <summary>Every so many steps the rate shrinks by a factor: rate(t) = base · gamma ^ ⌊t / steps⌋. PyTorch's <c>StepLR</c>.</summary>
public sealed class StepSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _gamma;

    /// <summary>Makes a schedule.</summary>
    /// <param name="optimizer">The optimizer; its current learning rate is the base rate.</param>
    /// <param name="steps">The number of steps between changes of the rate: at least 1.</param>
    /// <param name="gamma">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public StepSchedule(Optimizer optimizer, long steps, double gamma = 0.1)
        : base(optimizer)
    {
        CheckSteps(steps, nameof(steps));
        _steps = steps;
        _gamma = gamma;
    }

    /// <inheritdoc/>
    public override double RateAt(long step) => BaseLearningRate * Math.Pow(_gamma, step / _steps);
}
