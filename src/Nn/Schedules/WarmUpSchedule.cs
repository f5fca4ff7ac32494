namespace Quern.Nn;

/// <summary>
/// Rises from a fraction of the base rate to the whole in equal steps: rate(t) = base · (start + (1 - start) t / steps) for t up to steps; then the
/// base rate, or another schedule. PyTorch's <c>LinearLR</c>, followed through <c>SequentialLR</c>.
/// </summary>
public sealed class WarmUpSchedule : Schedule
{
    private readonly long _steps;
    private readonly double _startFactor;
    private readonly Schedule? _then;

    /// <summary>Makes a schedule, and sets the optimizer's learning rate to its start.</summary>
    /// <param name="optimizer">The optimizer; its current learning rate is the base rate.</param>
    /// <param name="steps">The number of steps until the base rate is reached: at least 1.</param>
    /// <param name="startFactor">The fraction of the base rate at the start: from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public WarmUpSchedule(Optimizer optimizer, long steps, double startFactor = 1.0 / 3)
        : base(optimizer)
    {
        CheckSteps(steps, nameof(steps));
        if (!(startFactor is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(startFactor), startFactor, $"startFactor is {startFactor}; it must be from 0 to 1.");
        }

        _steps = steps;
        _startFactor = startFactor;
        SetRate();
    }

    /// <summary>Makes a schedule that another one follows, whose steps count from the end of the warm-up.</summary>
    /// <param name="optimizer">The optimizer; its current learning rate is the base rate.</param>
    /// <param name="steps">The number of steps until the base rate is reached: at least 1.</param>
    /// <param name="then">What follows: made for the same optimizer, and not stepped by itself.</param>
    /// <param name="startFactor">The fraction of the base rate at the start: from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public WarmUpSchedule(Optimizer optimizer, long steps, Schedule then, double startFactor = 1.0 / 3)
        : this(optimizer, steps, startFactor)
    {
        ArgumentNullException.ThrowIfNull(then);
        _then = then;
    }

    /// <inheritdoc/>
    public override double RateAt(long step) =>
        step < _steps ? BaseLearningRate * (_startFactor + ((1 - _startFactor) * step / _steps))
        : _then?.RateAt(step - _steps) ?? BaseLearningRate;
}
