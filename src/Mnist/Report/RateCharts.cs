using Quern.Mnist.Pictures;
using Quern.Mnist.Training;

namespace Quern.Mnist.Report;

/// <summary>How the steps of a run changed: curves of the learning rate and of the norm of the gradients.</summary>
internal static class RateCharts
{
    /// <summary>The curves that there are: none of what no epoch knows, or of a learning rate that never changed.</summary>
    public static IReadOnlyList<LineChart> For(TrainingHistory history)
    {
        var shown = ShownEpochs.Of(history.Epochs);
        ChartPoint[] rates = [.. Points(shown, epoch => epoch.LearningRate)];
        ChartPoint[] norms = [.. Points(shown, epoch => epoch.GradientNorm)];
        List<LineChart> charts = [];
        if (rates.DistinctBy(point => point.Y).Count() > 1)
        {
            charts.Add(Chart("Learning rate", "The learning rate of each epoch's last step.", rates));
        }

        if (norms.Length > 0)
        {
            charts.Add(Chart("Gradient norm", "The norm of all gradients together, before clipping: the mean over the epoch.", norms, logarithmicWhereWide: true));
        }

        return charts;
    }

    private static IEnumerable<ChartPoint> Points(IReadOnlyList<EpochResult> epochs, Func<EpochResult, double?> of) =>
        epochs.Where(epoch => of(epoch) is not null).Select(epoch => new ChartPoint(epoch.Epoch, of(epoch)!.Value));

    private static LineChart Chart(string name, string description, ChartPoint[] points, bool logarithmicWhereWide = false) => new()
    {
        Title = $"{name} over the epochs",
        Description = description,
        XLabel = "Epoch",
        YLabel = name,
        YFormat = "G3",
        Height = 240,
        LogarithmicWhereWide = logarithmicWhereWide,
        Series = [new(name, points)],
    };
}
