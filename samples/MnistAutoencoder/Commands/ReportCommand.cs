using System.CommandLine;
using System.Text.Json;
using Quern.Mnist.Report;
using Quern.Mnist.Training;
using Quern.Nn;

namespace Quern.MnistAutoencoder.Commands;

/// <summary>Makes pages of runs that are over.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs")
        {
            Description = "Folders of runs, or their history.json.",
            Arity = ArgumentArity.OneOrMore,
        };
        var to = ModelOptions.Out("The page: FILE.html.", ".html");
        var compare = new Command("compare", "Compare runs on one page: curves, best losses, and the options in which they differ.") { runs, to };
        compare.SetAction(parsed =>
        {
            string[] paths = [.. parsed.GetValue(runs)!.Select(Path.TrimEndingDirectorySeparator).Distinct()];
            var page = new RunComparison([.. paths.Select((path, i) => new ComparedRun(NameOf(path, paths), Read(path)))]).ToHtml();
            ModelOptions.Write(parsed.GetValue(to)!, path => AtomicFile.WriteText(path, page));
            return CommandLine.Done;
        });
        return new Command("report", "Make pages of runs that are over.") { compare };
    }

    // The folder's own name; the whole path where two have the same.
    private static string NameOf(string path, string[] all)
    {
        return all.Count(other => Short(other) == Short(path)) == 1 ? Short(path) : path;

        static string Short(string path) =>
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.GetFileName(path) == RunFiles.History ? Path.GetDirectoryName(path)! : path)));
    }

    private static TrainingHistory Read(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, RunFiles.History) : path;
        try
        {
            using var stream = StateFile.Read("report compare", file, File.OpenRead);
            var history = TrainingHistory.Read(stream);
            return history.Problem() is { } problem ? throw new BadInputException($"report compare: '{file}' makes no sense: {problem}.") : history;
        }
        catch (JsonException error)
        {
            throw new BadInputException($"report compare: '{file}' is no history of a run: {error.Message}");
        }
    }
}
