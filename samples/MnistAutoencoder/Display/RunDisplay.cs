using System.Globalization;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.Mnist.Report;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Display;

/// <summary>What the user sees of a run.</summary>
internal abstract class RunDisplay
{
    /// <summary>The losses' unit and the number of epochs; of no meaning before <see cref="Begin"/>.</summary>
    protected RunOptions Options { get; private set; } = new();

    /// <summary>Columns of the terminal; more than any line has where there is none.</summary>
    protected virtual int Width => int.MaxValue;

    /// <summary>Bars that move where a person is looking; plain lines in a pipe, in a log, or in a terminal that cannot move.</summary>
    public static RunDisplay ForThisConsole() =>
        Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? new PlainDisplay() : new LiveDisplay();

    /// <summary>Shows how a download goes on.</summary>
    public abstract DataSplits Load(Func<IProgress<DownloadProgress>, DataSplits> load);

    /// <summary>Shows how an epoch goes on.</summary>
    public abstract EpochResult Train(Func<Action<TrainingProgress>?, EpochResult> train);

    /// <summary>Says what takes a moment while it is done.</summary>
    public abstract T Wait<T>(string what, Func<T> work);

    /// <summary>Says what is about to be trained, on what, and where.</summary>
    public virtual void Begin(TrainingRun run, DataSplits data, Device device)
    {
        Options = run.History.Options;
        Say(data.Origin);
        Say($"{data.Train.Count:N0} images to train on, {data.Validation.Count:N0} to validate on.");
        Say($"Model {Names.Of(Options.Model)}: {run.Model.Parameters.Sum(parameter => parameter.Value.ElementCount):N0} parameters. Device {device.Name}: {device.Description}.");
    }

    /// <summary>A line for an epoch that is done.</summary>
    public virtual void EpochDone(EpochResult result) => Say(RunLines.Epoch(result, Options, Width));

    /// <summary>Says which epoch was best, what was written where, and how to look at it.</summary>
    public void Done(TrainingRun run, string folder, IReadOnlyList<string> files)
    {
        var best = run.Best!;
        int epochs = run.History.Epochs.Count;
        if (epochs > 1)
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"Best epoch: {best.Epoch} of {epochs}, validation {LossUnit.Of(Options).Text(best.ValidationLoss)}."));
        }

        Say($"Written to {folder}: {string.Join(", ", files)}.");
        string report = Path.Combine(folder, RunFiles.Report);
        string open = OperatingSystem.IsWindows() ? "start" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        Say($"Open the report: {open} {(report.Contains(' ') ? $"\"{report}\"" : report)}");
    }

    /// <summary>A line of text.</summary>
    public void Say(string text)
    {
        foreach (string line in RunLines.Wrap(PrintableText.OnOneLine(text, keepSpaces: true), Width))
        {
            Console.WriteLine(line);
        }
    }
}
