using System.Text.Json.Serialization;

namespace Quern.Mnist.Training;

/// <summary>What was measured of a model in the end, on the validation images, beside its loss.</summary>
public sealed record TrainingFigures
{
    /// <summary>The share of validation images whose label a <see cref="LinearProbe"/> tells from their codes; null where there was none.</summary>
    public double? ProbeAccuracy { get; init; }

    /// <summary>
    /// How near noisy images are to the clean ones, in decibels: 10 log₁₀(1 / mean squared error) over all pixels of all images. Null without noise.
    /// </summary>
    [JsonPropertyName("psnr_noisy")]
    public double? NoisyPsnr { get; init; }

    /// <summary>The same of what the network makes of the noisy images.</summary>
    [JsonPropertyName("psnr_reconstructed")]
    public double? ReconstructedPsnr { get; init; }
}
