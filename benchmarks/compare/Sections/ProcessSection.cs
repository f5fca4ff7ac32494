using System.Diagnostics;
using System.Globalization;
using Quern.Benchmarks.Compare.Measuring;
using Quern.Benchmarks.Compare.Peers;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>Figures of whole processes: how soon the first batch is trained, and how much memory the sample takes.</summary>
internal static class ProcessSection
{
    private const string Time = "/usr/bin/time";
    private const int Epochs = 12;

    public static void Run(Comparison comparison)
    {
        var table = new MarkdownTable(comparison, $"Processes ({comparison.Options.Data ?? "synthetic digits"})", "what", "figure");
        Spread first = Spread.Of(Enumerable.Range(0, Math.Min(5, comparison.Options.Repeats)).Select(_ => FirstBatchSeconds(comparison.Options)));
        table.Row("process start to first trained batch, with reading the data and compiling, s", $"{first}");

        string sample = SamplePath();
        if (!File.Exists(Time) || !File.Exists(sample))
        {
            comparison.Say($"\nPeak memory is left out: {(File.Exists(Time) ? $"'{sample}' is not built" : $"{Time} is not installed")}.");
            return;
        }

        (double seconds, double mebibytes) = RunSample(comparison.Options, sample);
        table.Row($"peak memory of the sample's {Epochs} epochs, MiB", MarkdownTable.Number(mebibytes));
        table.Row("its run from start to end, s", MarkdownTable.Number(seconds));
    }

    private static double FirstBatchSeconds(CompareOptions options)
    {
        string[] data = options.Data is null ? [] : ["--data", options.Data];
        return double.Parse(Output(Environment.ProcessPath!, ["first-batch", .. data]), CultureInfo.InvariantCulture);
    }

    // The sample is built beside this project, with the same configuration and framework.
    private static string SamplePath()
    {
        string framework = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string configuration = Path.GetDirectoryName(framework)!;
        string repository = Path.GetFullPath(Path.Combine(configuration, "..", "..", "..", ".."));
        return Path.Combine(
            repository, "samples", "MnistAutoencoder", "bin", Path.GetFileName(configuration), Path.GetFileName(framework), "MnistAutoencoder");
    }

    private static (double Seconds, double Mebibytes) RunSample(CompareOptions options, string sample)
    {
        string folder = Directory.CreateTempSubdirectory("quern-compare-").FullName;
        string figures = Path.Combine(folder, "time");
        try
        {
            string[] data = options.Data is null ? ["--dataset", "synthetic"] : ["--data", options.Data];
            Output(Time, ["-f", "%e %M", "-o", figures, sample, "--epochs", $"{Epochs}", "--device", "cpu", "--out", folder, .. data]);
            double[] numbers = [.. File.ReadAllText(figures).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            return (numbers[0], numbers[1] / 1024);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Output(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new PeerException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.");
    }
}
