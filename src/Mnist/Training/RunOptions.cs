using System.Text.Json.Serialization;
using Quern.Mnist.Data;
using Quern.Mnist.Models;

namespace Quern.Mnist.Training;

/// <summary>The settings of a run that decide its losses, beside its data and seed. Named in <c>history.json</c> as on the command line.</summary>
public sealed record RunOptions
{
    /// <summary>The most epochs of a run: its history is written with every checkpoint.</summary>
    public const int MaxEpochs = 100_000;

    /// <summary>How many epochs to train: from 1 to <see cref="MaxEpochs"/>.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Images per step: at least 1.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The step size of Adam: a finite number above zero.</summary>
    [JsonPropertyName("lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The size of the code of an image: at least 1.</summary>
    public int Bottleneck { get; init; } = ImageAutoencoder.DefaultBottleneck;

    /// <summary>Which autoencoder.</summary>
    [JsonConverter(typeof(NameConverter<ModelKind>))]
    public ModelKind Model { get; init; }

    /// <summary>The weights that training begins with.</summary>
    [JsonPropertyName("init")]
    [JsonConverter(typeof(NameConverter<WeightInitializer>))]
    public WeightInitializer Initializer { get; init; }

    /// <summary>Whether hidden layers are normalised over the batch.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>The dropout probability of hidden layers in training: at least 0, less than 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The function on the code.</summary>
    [JsonPropertyName("bottleneck_activation")]
    [JsonConverter(typeof(NameConverter<CodeActivation>))]
    public CodeActivation CodeActivation { get; init; }

    /// <summary>Noise on the images that the network is shown; null for none.</summary>
    public ImageNoise? Denoise { get; init; }

    /// <summary>The weight of the divergence in the loss of a variational autoencoder: zero or more. Null for 1, and for other models.</summary>
    public double? Beta { get; init; }

    /// <summary>How the step size changes.</summary>
    [JsonConverter(typeof(NameConverter<LearningRateSchedule>))]
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>The weight decay of AdamW: zero or more. 0 is Adam.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The bound on the norm of the gradients: above zero. Null for none.</summary>
    public double? Clip { get; init; }

    /// <summary>How the network is built.</summary>
    internal AutoencoderOptions ForModel() => new()
    {
        Bottleneck = Bottleneck,
        BatchNorm = BatchNorm,
        Dropout = Dropout,
        CodeActivation = CodeActivation,
        Initializer = Initializer,
        Beta = Beta ?? 1,
    };

    /// <summary>How it is trained.</summary>
    internal TrainerOptions ForTrainer(ulong seed) => new()
    {
        BatchSize = BatchSize,
        LearningRate = LearningRate,
        Seed = seed,
        Denoise = Denoise,
        Schedule = Schedule,
        Epochs = Epochs,
        WeightDecay = WeightDecay,
        Clip = Clip,
    };

    // Whether every number lies within its range; JSON lets anything through that has the right kind.
    internal bool IsInRange() =>
        Epochs is >= 1 and <= MaxEpochs && BatchSize >= 1 && Bottleneck >= 1 && LearningRate > 0 && double.IsFinite(LearningRate)
        && Dropout is >= 0 and < 1
        && Beta is null or (>= 0 and < double.PositiveInfinity)
        && WeightDecay is >= 0 and < double.PositiveInfinity
        && Clip is null or (> 0 and <= float.MaxValue);
}
