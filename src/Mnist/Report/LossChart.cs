using System.Globalization;
using Quern.Mnist.Pictures;
using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>The chart of training against validation loss: <c>training.svg</c>, and the same inside the report.</summary>
public static class LossChart
{
    /// <summary>Draws the losses of a run, beside the <see cref="ReferenceCurve"/> where that applies.</summary>
    public static LineChart For(TrainingHistory history)
    {
        var series = new List<ChartSeries>
        {
            new("Training", [.. history.Epochs.Select(epoch => new ChartPoint(epoch.Epoch, epoch.TrainLoss))]),
            new("Validation", [.. history.Epochs.Select(epoch => new ChartPoint(epoch.Epoch, epoch.ValidationLoss))]),
        };
        if (ReferenceCurve.AppliesTo(history) && history.Epochs.Count > 0)
        {
            var reached = ReferenceCurve.Validation.Where(point => point.Epoch <= history.Epochs[^1].Epoch);
            series.Add(new("Validation, PyTorch", [.. reached.Select(point => new ChartPoint(point.Epoch, point.Loss))], Dashed: true));
        }

        return new LineChart
        {
            Title = "Training and validation loss over the epochs",
            Description = Describe(history.Epochs),
            XLabel = "Epoch",
            YLabel = LossUnit.Of(history.Options).Axis,
            Series = series,
        };
    }

    private static string Describe(IReadOnlyList<EpochResult> epochs)
    {
        if (epochs.Count == 0)
        {
            return "No epoch was finished.";
        }

        EpochResult first = epochs[0], last = epochs[^1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From epoch {first.Epoch} to {last.Epoch} the training loss goes from {first.TrainLoss:G3} to {last.TrainLoss:G3} and the validation loss from {first.ValidationLoss:G3} to {last.ValidationLoss:G3}.");
    }
}
