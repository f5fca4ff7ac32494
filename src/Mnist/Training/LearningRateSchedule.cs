using Quern.Nn;

namespace Quern.Mnist.Training;

/// <summary>How the learning rate changes over a run.</summary>
public enum LearningRateSchedule
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>It is halved after every four epochs: <see cref="StepSchedule"/>.</summary>
    Step,

    /// <summary>Half a cosine from the whole rate to zero at the end of the run, step by step: <see cref="CosineSchedule"/>.</summary>
    Cosine,

    /// <summary>It rises from a hundredth in equal steps over the first twentieth of the run, then falls as a cosine: <see cref="WarmUpSchedule"/>.</summary>
    WarmupCosine,
}

/// <summary>Makes the schedules.</summary>
internal static class LearningRateSchedules
{
    private const int EpochsPerStep = 4;
    private const double Gamma = 0.5;
    private const int WarmUpPart = 20;
    private const double WarmUpStart = 0.01;

    /// <summary>Whether the rates depend on how long the run is.</summary>
    public static bool DependsOnEpochs(LearningRateSchedule schedule) => schedule is LearningRateSchedule.Cosine or LearningRateSchedule.WarmupCosine;

    /// <summary>A schedule that is counted in training steps; null for a constant rate.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="optimizer">The optimizer, with its whole rate.</param>
    /// <param name="stepsPerEpoch">Steps in an epoch: at least 1.</param>
    /// <param name="epochs">Epochs in the run: at least 1.</param>
    public static Schedule? Make(LearningRateSchedule kind, Optimizer optimizer, long stepsPerEpoch, int epochs)
    {
        long steps = stepsPerEpoch * epochs;
        long warmUp = Math.Max(1, steps / WarmUpPart);
        return kind switch
        {
            LearningRateSchedule.Constant => null,
            LearningRateSchedule.Step => new StepSchedule(optimizer, stepsPerEpoch * EpochsPerStep, Gamma),
            LearningRateSchedule.Cosine => new CosineSchedule(optimizer, steps),
            LearningRateSchedule.WarmupCosine => new WarmUpSchedule(optimizer, warmUp, new CosineSchedule(optimizer, Math.Max(1, steps - warmUp)), WarmUpStart),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such schedule."),
        };
    }
}
