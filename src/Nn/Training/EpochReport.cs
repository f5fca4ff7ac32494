using System.Globalization;
using System.Text;

namespace Quern.Nn;

/// <summary>What an epoch of a <see cref="Trainer"/> gave.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainLoss">The mean loss over the training samples, each taken when its batch was trained on.</param>
/// <param name="ValidationLoss">The mean loss over the validation samples after the epoch; null without validation.</param>
/// <param name="Seconds">The time of the training, without the validation.</param>
/// <param name="SamplesPerSecond">Training samples per second.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="GradientNorm">The mean norm of all gradients together, before clipping, over the steps whose losses were read: every 64th and the last.</param>
/// <param name="Metrics">The values of the trainer's metrics over the validation samples, by name; empty without validation.</param>
public sealed record EpochReport(
    int Epoch,
    double TrainLoss,
    double? ValidationLoss,
    double Seconds,
    double SamplesPerSecond,
    double LearningRate,
    double GradientNorm,
    IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>The values of the trainer's metrics over the validation samples, by name; empty without validation.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; } = Metrics ?? throw new ArgumentNullException(nameof(Metrics));

    /// <summary>A line such as <c>epoch 3: loss 0.1234, validation 0.1302, accuracy 0.971</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"epoch {Epoch}: loss {TrainLoss:G4}");
        if (ValidationLoss is { } loss)
        {
            text.Append(CultureInfo.InvariantCulture, $", validation {loss:G4}");
        }

        foreach ((string name, double value) in Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $", {name} {value:G4}");
        }

        return text.ToString();
    }
}
