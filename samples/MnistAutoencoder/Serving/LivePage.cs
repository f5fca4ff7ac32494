using Quern.Mnist.Report;
using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Serving;

/// <summary>The report of a run under way: what its last whole epoch left, and how far the next one is.</summary>
internal sealed class LivePage
{
    private readonly TrainingRun _run;
    private readonly Lock _lock = new();
    private TrainingReport _report;
    private TrainingProgress _progress;

    public LivePage(TrainingRun run)
    {
        _run = run;
        _report = Draw();
        _progress = new(run.History.Epochs.Count + 1, 0, 1, 0, null);
    }

    /// <summary>To be called after each step, by the thread that trains.</summary>
    public void Report(TrainingProgress progress)
    {
        lock (_lock)
        {
            _progress = progress;
        }
    }

    /// <summary>To be called between two epochs, by the thread that trains: draws what the model makes of images now.</summary>
    public void EpochDone()
    {
        var report = Draw();
        lock (_lock)
        {
            _report = report;
        }
    }

    /// <summary>The page as it is now.</summary>
    public string ToHtml()
    {
        TrainingReport report;
        TrainingProgress progress;
        lock (_lock)
        {
            (report, progress) = (_report, _progress);
        }

        return (report with { Progress = progress }).ToHtml();
    }

    // A copy of the epochs: another thread reads them while more are added.
    private TrainingReport Draw()
    {
        var history = _run.History;
        history = history with { Epochs = [.. history.Epochs] };
        return history.Epochs.Count == 0 ? new TrainingReport { History = history } : TrainingReport.Of(_run) with { History = history };
    }
}
