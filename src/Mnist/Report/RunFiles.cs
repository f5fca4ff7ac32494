using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.Mnist.Report;

/// <summary>The files that show how a run went, with the model that it trained.</summary>
public static class RunFiles
{
    /// <summary>The name of the report's file.</summary>
    public const string Report = "report.html";

    /// <summary>The name of the history's file.</summary>
    public const string History = "history.json";

    private const string Table = "history.csv";
    private const string Pictures = "reconstructions.png";
    private const string Chart = "training.svg";
    private const string Samples = "samples.png";

    /// <summary>The names of all files that a run may leave in its folder, with those of <see cref="TrainingRun.KeepCheckpoint"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [TrainingRun.ModelFileName, TrainingRun.BestFileName, Checkpoint.FileName, History, Table, Pictures, Samples, Chart, Report];

    /// <summary>
    /// Measures the model, and writes what was learned so far: <c>model.safetensors</c>, <c>history.json</c>, <c>history.csv</c>,
    /// <c>reconstructions.png</c>, <c>training.svg</c>, <c>report.html</c>, and for a variational autoencoder <c>samples.png</c>. Each is written whole or not at all.
    /// </summary>
    /// <param name="run">A run with at least one epoch.</param>
    /// <param name="folder">Where to; made if need be.</param>
    /// <returns>The names of the files.</returns>
    /// <exception cref="InvalidOperationException">No epoch has been finished.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static IReadOnlyList<string> Write(TrainingRun run, string folder)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(folder);
        if (run.History.Epochs.Count == 0)
        {
            throw new InvalidOperationException("RunFiles.Write: no epoch has been finished, so nothing was learned. Call it after TrainEpoch.");
        }

        var report = TrainingReport.Of(run) with { History = run.History with { Figures = run.Measure() } };
        List<(string Name, Action<string> Write)> files =
        [
            (TrainingRun.ModelFileName, run.SaveModel),
            (History, path => AtomicFile.Write(path, report.History.Write)),
            (Table, path => AtomicFile.WriteText(path, EpochLog.ToCsv(report.History.Epochs))),
            (Pictures, path => AtomicFile.Write(path, report.Reconstructions!.WritePng)),
            (Chart, path => AtomicFile.WriteText(path, LossChart.For(report.History).ToSvg())),
            (Report, path => AtomicFile.WriteText(path, report.ToHtml())),
        ];
        if (report.Samples is { } samples)
        {
            files.Add((Samples, path => AtomicFile.Write(path, samples.WritePng)));
        }

        Directory.CreateDirectory(folder);
        foreach (var (name, write) in files)
        {
            // What a run left there that was killed as it wrote goes.
            AtomicFile.DeleteLeftovers(Path.Combine(folder, name));
            write(Path.Combine(folder, name));
        }

        return [.. files.Select(file => file.Name)];
    }
}
