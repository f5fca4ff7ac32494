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
        var shown = ShownEpochs.Of(history.Epochs);
        var series = new List<ChartSeries>
        {
            new("Training", [.. shown.Select(epoch => new ChartPoint(epoch.Epoch, epoch.TrainLoss))]),
            new("Validation", [.. shown.Select(epoch => new ChartPoint(epoch.Epoch, epoch.ValidationLoss))]),
        };
        if (ReferenceCurve.AppliesTo(history) && history.Epochs.Count > 0)
        {
            var reached = ReferenceCurve.Validation.Where(point => point.Epoch <= history.Epochs[^1].Epoch);
            series.Add(new("Validation, PyTorch", [.. reached.Select(point => new ChartPoint(point.Epoch, point.Loss))], Dashed: true));
        }

        return new LineChart
        {
            Title = "Training and validation loss over the epochs",
            Description = Describe(history),
            XLabel = "Epoch",
            YLabel = LossUnit.Of(history.Options).Axis,
            YFormat = LossUnit.Of(history.Options).Format,
            LogarithmicWhereWide = true,
            Series = series,
            Mark = history.Epochs.Count > 1 ? (history.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch, "best") : null,
        };
    }

    private static string Describe(TrainingHistory history)
    {
        if (history.Epochs.Count == 0)
        {
            return "No epoch was finished.";
        }

        var unit = LossUnit.Of(history.Options);
        EpochResult first = history.Epochs[0], last = history.Epochs[^1];
        return history.Epochs.Count == 1
            ? $"After its one epoch the training loss is {unit.Text(last.TrainLoss)} and the validation loss {unit.Text(last.ValidationLoss)}."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"From epoch {first.Epoch} to {last.Epoch} the training loss goes from {unit.Text(first.TrainLoss)} to {unit.Text(last.TrainLoss)} and the validation loss from {unit.Text(first.ValidationLoss)} to {unit.Text(last.ValidationLoss)}.");
    }
}
