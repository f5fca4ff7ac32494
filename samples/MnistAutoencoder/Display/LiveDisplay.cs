using System.Diagnostics;
using System.Globalization;
using Quern.Mnist.Data;
using Quern.Mnist.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quern.MnistAutoencoder.Display;

/// <summary>
/// Bars that move, then give way to a line. They are drawn by a thread of their own, ten times a second, from the latest
/// report: the training waits for nothing, not even for the drawing code to be compiled.
/// </summary>
internal sealed class LiveDisplay : RunDisplay, IProgress<DownloadProgress>
{
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Reading _latest;
    private long _start;

    public override DataSplits Load(Func<IProgress<DownloadProgress>, DataSplits> load)
    {
        _latest = default;
        return WithBar([new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()], () => load(this));
    }

    public override EpochResult Train(Func<Action<TrainingProgress>?, EpochResult> train)
    {
        _latest = default;
        return WithBar(
            [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpeedColumn(), new RemainingTimeColumn()],
            () => train(Report));
    }

    public void Report(DownloadProgress value) =>
        Report(new Reading(value.Host is null ? $"waiting for another download of {value.File}" : $"{value.File} from {value.Host}", value.Received, value.Total ?? 0));

    private void Report(TrainingProgress value) => Report(new Reading($"epoch {value.Epoch}", value.Step, value.Steps, value.Images));

    private void Report(Reading reading)
    {
        lock (_lock)
        {
            _latest = reading;
        }
    }

    private T WithBar<T>(ProgressColumn[] columns, Func<T> work)
    {
        using var done = new ManualResetEventSlim();
        _start = Stopwatch.GetTimestamp();
        var drawing = new Thread(() => Draw(columns, done)) { IsBackground = true, Name = "Progress bar" };
        drawing.Start();
        try
        {
            return work();
        }
        finally
        {
            done.Set();
            drawing.Join();
        }
    }

    private void Draw(ProgressColumn[] columns, ManualResetEventSlim done)
    {
        // What is over sooner needs no bar.
        if (done.Wait(BetweenDrawings))
        {
            return;
        }

        AnsiConsole.Progress().AutoClear(true).Columns(columns).Start(context =>
        {
            ProgressTask? task = null;
            do
            {
                Reading reading;
                lock (_lock)
                {
                    reading = _latest;
                }

                if (reading.Text is null)
                {
                    continue;
                }

                task ??= context.AddTask(Markup.Escape(reading.Text));
                task.Description = Markup.Escape(reading.Text);
                task.IsIndeterminate = reading.Total == 0;
                task.MaxValue = Math.Max(1, reading.Total);
                task.Value = reading.Done;
                task.State.Update<double>(SpeedColumn.Key, _ => reading.Images / Stopwatch.GetElapsedTime(_start).TotalSeconds);
            }
            while (!done.Wait(BetweenDrawings));
        });
    }

    private readonly record struct Reading(string? Text, long Done, long Total, int Images = 0);

    private sealed class SpeedColumn : ProgressColumn
    {
        public const string Key = "speed";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            double imagesPerSecond = task.State.Get<double>(Key);
            return new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0}/{task.MaxValue:N0} batches  {imagesPerSecond:N0} images/s"));
        }
    }
}
