namespace Quern.Nn;

/// <summary>Changes the learning rate of an optimizer as training goes on.</summary>
/// <remarks>Call <see cref="Step"/> after each epoch, or after each batch: the numbers of steps of a schedule are counted in these calls.</remarks>
public abstract class Schedule
{
    private readonly Optimizer _optimizer;

    /// <summary>Makes a schedule.</summary>
    /// <param name="optimizer">The optimizer; its current learning rate is the base rate.</param>
    protected Schedule(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _optimizer = optimizer;
        BaseLearningRate = optimizer.LearningRate;
    }

    /// <summary>The optimizer's learning rate when the schedule was made.</summary>
    public double BaseLearningRate { get; }

    /// <summary>The number of times that <see cref="Step"/> has been called.</summary>
    public long StepCount { get; private set; }

    /// <summary>The learning rate after a number of steps.</summary>
    /// <param name="step">The number of steps: zero or more.</param>
    public abstract double RateAt(long step);

    /// <summary>Advances by one step and sets the optimizer's learning rate.</summary>
    public void Step()
    {
        StepCount++;
        SetRate();
    }

    /// <summary>Sets the optimizer's learning rate to that of the current step.</summary>
    protected void SetRate() => _optimizer.LearningRate = RateAt(StepCount);

    private protected static void CheckSteps(long steps, string name)
    {
        if (steps < 1)
        {
            throw new ArgumentOutOfRangeException(name, steps, $"{name} is {steps}; it must be at least 1.");
        }
    }
}
