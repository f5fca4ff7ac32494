using System.Diagnostics;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;
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
    private (string Text, long Done, long Total) _download;
    private TrainingProgress _progress;
    private long _runStart;
    private long _epochStart;
    private int _epochsBefore;
    private int _epochsHere;

    protected override int Width => Math.Max(1, AnsiConsole.Profile.Width);

    public override DataSplits Load(Func<IProgress<DownloadProgress>, DataSplits> load) => WithBar(
        [new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()],
        task =>
        {
            (string text, long done, long total) = Latest(ref _download);
            task.Description = Markup.Escape(PrintableText.OnOneLine(text ?? "looking for the data"));
            task.IsIndeterminate = total == 0;
            task.MaxValue = Math.Max(1, total);
            task.Value = done;
        },
        () => load(this));

    public override void Begin(TrainingRun run, DataSplits data, Device device)
    {
        base.Begin(run, data, device);
        _epochsBefore = run.History.Epochs.Count;
        _runStart = Stopwatch.GetTimestamp();
    }

    public override EpochResult Train(Func<Action<TrainingProgress>?, EpochResult> train)
    {
        _progress = new TrainingProgress(_epochsBefore + _epochsHere + 1, 0, 1, 0, null);
        _epochStart = Stopwatch.GetTimestamp();
        return WithBar([new RunColumn(this)], task => task.Value = task.MaxValue * Read().Part, () => train(Report));
    }

    public override void EpochDone(EpochResult result)
    {
        _epochsHere++;
        base.EpochDone(result);
    }

    public override T Wait<T>(string what, Func<T> work) =>
        WithBar([new SpinnerColumn(), new TaskDescriptionColumn()], task => task.Description = Markup.Escape(what), work);

    public void Report(DownloadProgress value)
    {
        lock (_lock)
        {
            _download = (value.Host is null ? $"waiting for another download of {value.File}" : $"{value.File} from {value.Host}", value.Received, value.Total ?? 0);
        }
    }

    private void Report(TrainingProgress value)
    {
        lock (_lock)
        {
            _progress = value;
        }
    }

    private T Latest<T>(ref T value)
    {
        lock (_lock)
        {
            return value;
        }
    }

    private RunReading Read()
    {
        var progress = Latest(ref _progress);
        double part = (double)progress.Step / progress.Steps;
        var gone = Stopwatch.GetElapsedTime(_runStart);
        double done = _epochsHere + part;
        double left = Options.Training.Epochs - _epochsBefore - done;
        return new(
            progress.Epoch,
            part,
            progress.Loss,
            gone,
            part > 0 ? gone * (left / done) : null,
            progress.Samples / Math.Max(Stopwatch.GetElapsedTime(_epochStart).TotalSeconds, 1e-9));
    }

    private static T WithBar<T>(ProgressColumn[] columns, Action<ProgressTask> update, Func<T> work)
    {
        using var done = new ManualResetEventSlim();
        var drawing = new Thread(() => Draw(columns, update, done)) { IsBackground = true, Name = "Progress bar" };
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

    private static void Draw(ProgressColumn[] columns, Action<ProgressTask> update, ManualResetEventSlim done)
    {
        // What is over sooner needs no bar.
        if (done.Wait(BetweenDrawings))
        {
            return;
        }

        try
        {
            AnsiConsole.Progress().AutoClear(true).Columns(columns).Start(context =>
            {
                var task = context.AddTask("run");
                do
                {
                    update(task);
                }
                while (!done.Wait(BetweenDrawings));
            });
        }
        catch (IOException)
        {
            // A terminal that is gone cannot be asked for its size: the run goes on unseen.
        }
    }

    /// <summary>The whole line of a run: epoch, bar, loss and times, in the form that there is room for.</summary>
    private sealed class RunColumn(LiveDisplay display) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Line(display.Read(), display.Options);
    }

    private sealed class Line(RunReading reading, RunOptions options) : IRenderable
    {
        public Measurement Measure(RenderOptions renderOptions, int maxWidth) => new(1, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions renderOptions, int maxWidth)
        {
            var (before, bar, after) = RunLines.Progress(reading, options, maxWidth);
            int full = (int)(bar * reading.Part);
            char done = renderOptions.Unicode ? '━' : '#';
            char left = renderOptions.Unicode ? '─' : '-';
            return [new(before), new(new string(done, full), new Style(Color.Yellow)), new(new string(left, bar - full), new Style(Color.Grey)), new(after)];
        }
    }
}
