using System.Text.Json.Serialization;

namespace Quern.Mnist.Training;

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainLoss">The mean loss over the training images, each taken when its batch was trained on.</param>
/// <param name="ValidationLoss">The mean loss over the validation images after the epoch.</param>
/// <param name="Seconds">The time of the training, without the validation.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
/// <param name="LearningRate">The step size of the epoch's last step; null where it was not noted.</param>
/// <param name="GradientNorm">The mean norm of all gradients together, before clipping, over every 64th step and the last; null where it was not noted.</param>
public sealed record EpochResult(
    int Epoch,
    double TrainLoss,
    [property: JsonPropertyName("val_loss")] double ValidationLoss,
    double Seconds,
    double ImagesPerSecond,
    [property: JsonPropertyName("lr")] double? LearningRate = null,
    double? GradientNorm = null)
{
    // What a mean over finite losses is.
    [JsonIgnore]
    internal bool IsFinite =>
        double.IsFinite(TrainLoss) && double.IsFinite(ValidationLoss) && double.IsFinite(Seconds) && double.IsFinite(ImagesPerSecond) && double.IsFinite(LearningRate ?? 0) && double.IsFinite(GradientNorm ?? 0);
}
