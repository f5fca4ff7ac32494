using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Quern.Packages.Tests;

/// <summary>The samples of one file are short, are compiled as they stand, and reach their figures.</summary>
public sealed partial class SampleTests : IDisposable
{
    private const int MaxLines = 60;

    private const string Python = "/usr/bin/python3";

    // What tests/parity/safetensors_interop.py ends with where there is no PyTorch.
    private const int NoPyTorch = 77;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The file, its arguments, what its last line begins with, and the range of the number that this line ends with.</summary>
    public static TheoryData<string, string, string, double, double> Samples => new()
    {
        { "mnist-classifier.cs", "synthetic 1", "accuracy ", 0.97, 1 },
        { "conv-classifier.cs", "cpu 2", "accuracy ", 0.9, 1 },
        { "csv-regression.cs", "", "R squared ", 0.98, 1 },
        { "own-layer.cs", "", "loss ", 0, 0.01 },
        { "pytorch-weights.cs", "", "largest difference from ", 0, 0 },
        { "numpy-lines.cs", "", "accuracy ", 0.97, 1 },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_short_and_reaches_its_figure(string file, string arguments, string begins, double least, double most)
    {
        Assert.InRange(File.ReadAllLines(PathOf(file)).Length, 1, MaxLines);
        Assert.InRange(Figure(Run(file, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)), begins), least, most);
    }

    [Fact]
    public void Every_sample_of_one_file_is_run_and_named_in_the_README()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] files = [.. Directory.GetFiles(PathOf(""), "*.cs").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(Samples.Select(row => row.Data.Item1).Append("autoencoder.cs").Order(StringComparer.Ordinal), files);
        Assert.All(files, file => Assert.Contains($"samples/{file}", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_PyTorch_wrote_give_what_PyTorch_gives()
    {
        Assert.SkipWhen(!File.Exists(Python), $"{Python} is not there.");
        string files = Directory.CreateDirectory(_folder.Combine("pytorch")).FullName;
        using Process process = Process.Start(Python, [Path.Combine(Repository.Root, "tests", "parity", "safetensors_interop.py"), "write", files]);
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == NoPyTorch, $"{Python} has no torch; on Debian, install python3-torch.");
        Assert.Equal(0, process.ExitCode);
        Assert.InRange(Figure(Run("pytorch-weights.cs", [files]), "largest difference from "), 1e-12, 1e-5);
    }

    private static string PathOf(string file) => Path.Combine(Repository.Root, "samples", file);

    // What is compiled is the file without its first line, which names the project to reference.
    private string Run(string file, string[] arguments)
    {
        string[] lines = File.ReadAllLines(PathOf(file));
        Assert.StartsWith("#:project ", lines[0], StringComparison.Ordinal);
        Assert.Empty(Compiler.Compile(string.Join('\n', lines[1..]), _folder.Path));
        return DotNet.Run(_folder.Path, ["Program.dll", .. arguments]);
    }

    private static double Figure(string printed, string begins)
    {
        string last = printed.TrimEnd().Split('\n')[^1];
        Assert.StartsWith(begins, last, StringComparison.Ordinal);
        return double.Parse(LastNumber().Match(last).Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\d[\d.E+-]*$")]
    private static partial Regex LastNumber();
}
