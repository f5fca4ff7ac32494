namespace Quern.Mnist.Training;

/// <summary>How to train.</summary>
public sealed record TrainerOptions
{
    /// <summary>Images per step: at least 1. The last step of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The step size of Adam: a finite number above zero.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Chooses the order of the images in every epoch.</summary>
    public ulong Seed { get; init; }
}
