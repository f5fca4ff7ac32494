using System.Text.Json.Serialization;
using Quern.Mnist.Models;

namespace Quern.Mnist.Training;

/// <summary>The settings of a run that decide its losses, beside its data and seed. Named in <c>history.json</c> as on the command line.</summary>
public sealed record RunOptions
{
    /// <summary>How many epochs to train: at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Images per step: at least 1.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The step size of Adam: a finite number above zero.</summary>
    [JsonPropertyName("lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Numbers that an image is squeezed into: at least 1.</summary>
    public int Bottleneck { get; init; } = Autoencoder.DefaultBottleneck;
}
