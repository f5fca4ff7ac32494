using System.Text.Json.Serialization;
using Quern.Mnist.Data;

namespace Quern.Mnist.Training;

/// <summary>How to train.</summary>
public sealed record TrainerOptions
{
    /// <summary>How many epochs to train, over which a cosine schedule falls: at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Images per step: at least 1. The last step of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The step size of Adam: a finite number above zero.</summary>
    [JsonPropertyName("lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Noise on the images that the network is shown; it is to draw the clean ones. Null for none.</summary>
    public ImageNoise? Denoise { get; init; }

    /// <summary>How the step size changes.</summary>
    [JsonConverter(typeof(NameConverter<LearningRateSchedule>))]
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>The part of itself, times the step size, that a parameter loses at each step (AdamW): zero or more. 0 is Adam.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The bound on the norm of all gradients together: a finite number above zero. Null for none.</summary>
    public double? Clip { get; init; }

    /// <summary>How many epochs without a lower validation loss end a <see cref="TrainingRun"/> before all its epochs: at least 1. Null for never.</summary>
    public int? Patience { get; init; }

    internal bool IsInRange() =>
        Epochs >= 1 && BatchSize >= 1 && LearningRate > 0 && double.IsFinite(LearningRate)
        && WeightDecay is >= 0 and < double.PositiveInfinity
        && Clip is null or (> 0 and <= float.MaxValue)
        && Patience is null or >= 1;
}
