using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Quern.MnistAutoencoder.Tests;

public sealed partial class TrainingTests : IDisposable
{
    private static readonly string[] Files = ["best.safetensors", "checkpoint.safetensors", "history.csv", "history.json", "model.safetensors", "reconstructions.png", "report.html", "training.svg"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_leaves_its_files_and_tells_its_epochs_in_plain_lines()
    {
        var result = await Sample.Run(
            _folder.Path, "--data", _folder.WriteData(), "--epochs", "3", "--batch-size", "64", "--lr", "0.002", "--bottleneck", "8", "--seed", "5", "--threads", "3", "--out", "a/b");

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Files, FilesIn("a/b"));
        Assert.DoesNotContain('\e', result.Output);
        Assert.DoesNotContain('\r', result.Output);
        string[] epochs = [.. result.Output.Split('\n').Where(line => line.StartsWith("epoch ", StringComparison.Ordinal))];
        Assert.Equal(3, epochs.Length);
        Assert.All(epochs, line => Assert.Matches(@"^epoch [1-3]/3  train 0\.\d{5}  validation 0\.\d{5}  \d+\.\d\d s  [\d,]+ images/s$", line));

        var history = History("a/b");
        Assert.Equal(["dataset", "data", "device", "threads", "seed", "options", "epochs", "times", "figures"], history.Select(property => property.Key));
        Assert.Equal(("custom", "cpu", 3, 5), ((string)history["dataset"]!, (string)history["device"]!, (int)history["threads"]!, (int)history["seed"]!));
        Assert.Equal(
            """{"epochs":3,"batch_size":64,"lr":0.002,"schedule":"constant","weight_decay":0,"model":"mlp","bottleneck":8,"batch_norm":false,"dropout":0,"bottleneck_activation":"none","init":"glorot"}""",
            history["options"]!.ToJsonString());
        Assert.InRange((double)history["figures"]!["probe_accuracy"]!, 0.5, 1);
        double[] losses = [.. history["epochs"]!.AsArray().Select(epoch => (double)epoch!["val_loss"]!)];
        Assert.Equal(3, losses.Length);
        Assert.True(losses[2] < losses[0], "the loss falls");
        Assert.Equal("svg", XDocument.Load(_folder["a/b/training.svg"]).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Losses_are_the_same_to_the_last_bit_for_any_number_of_threads_and_the_seed_matters()
    {
        string data = _folder.WriteData();
        var losses = new List<string>();
        foreach (var (threads, seed) in ((string, string)[])[("1", "0"), ("2", "0"), ("3", "0"), ("3", "0"), ("2", "1")])
        {
            string name = $"run{losses.Count}";
            var result = await CommandProcess.Run(_folder.Path, "--data", data, "--epochs", "2", "--threads", threads, "--seed", seed, "--out", name);
            Assert.Equal(0, result.ExitCode);
            losses.Add(string.Join(' ', History(name)["epochs"]!.AsArray().Select(epoch => $"{epoch!["train_loss"]} {epoch["val_loss"]}")));
        }

        Assert.Single(losses.Take(4).Distinct());
        Assert.NotEqual(losses[0], losses[4]);
    }

    [Fact]
    public async Task Without_out_the_results_go_to_a_new_folder_in_runs()
    {
        string data = _folder.WriteData();

        var first = await Sample.Run(_folder.Path, "--data", data, "--epochs", "1");
        var second = await Sample.Run(_folder.Path, "--data", data, "--epochs", "1");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        string[] runs = Directory.GetDirectories(_folder["runs"]);
        Assert.Equal(2, runs.Length);
        Assert.All(runs, run => Assert.Equal(Files, FilesIn(run)));
    }

    [Fact]
    public async Task Ctrl_C_writes_what_was_learned_and_answers_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals to send.");
        using var process = Sample.StartInterruptible(_folder.Path, "--data", _folder.WriteData(), "--epochs", "100000", "--out", "out");
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync();
            Assert.NotNull(line);
        }
        while (!line.StartsWith("epoch      2/", StringComparison.Ordinal));

        await Sample.Signal(process, "INT");
        var rest = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await Sample.WaitForExit(process);

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("", await error);
        Assert.Contains("Stopped after", await rest);
        Assert.Equal(Files, FilesIn("out"));
        int finished = History("out")["epochs"]!.AsArray().Count;
        Assert.InRange(finished, 2, 99_999);
        Assert.Contains($"stopped after {finished} of 100000 epochs", File.ReadAllText(_folder["out/report.html"]));
    }

    [Fact]
    public async Task A_loss_that_is_no_number_stops_the_run_and_names_the_step_and_the_remedy()
    {
        var result = await Sample.Run(_folder.Path, "--data", _folder.WriteData(), "--lr", "1e30", "--out", "out");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^error: .*step \d+ of epoch \d+.*learning rate[^\n]*\n$", result.Error);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_batch_larger_than_the_data_is_the_whole_data()
    {
        var result = await Sample.Run(_folder.Path, "--data", _folder.WriteData(), "--epochs", "1", "--batch-size", "1048576", "--out", "out");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Single(History("out")["epochs"]!.AsArray());
    }

    [Fact]
    public async Task In_a_terminal_a_bar_moves_and_each_epoch_still_has_its_line()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no 'script' command to make a terminal with.");
        // Enough steps for the bar to appear, if not in the first epoch then in a later one.
        _folder.WriteData(count: 2_000);
        string command = $"{Sample.Host} {Sample.Program} --data data --epochs 3 --batch-size 2 --threads 1 --out out";
        var start = new ProcessStartInfo("/usr/bin/script", ["--quiet", "--return", "--command", $"stty cols 120; {command}", "/dev/null"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh", ["NO_COLOR"] = "" },
        };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await Sample.WaitForExit(process);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains('\e', output);
        Assert.Matches(@"epoch [1-3]/3 .* +\d+%  loss 0\.\d{5}  \d:\d\d gone, [\d-]:[\d-]{2} left  [\d,]+ images/s", Escapes().Replace(output, ""));
        Assert.Matches(@"epoch 3/3  train 0\.\d{5}  validation 0\.\d{5}", output);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    public async Task A_narrow_terminal_has_the_bar_too_and_no_line_is_too_long_for_it(int columns)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no 'script' command to make a terminal with.");
        _folder.WriteData(count: 2_000);
        string command = $"{Sample.Host} {Sample.Program} --data data --epochs 3 --batch-size 2 --threads 1 --out out";
        var start = new ProcessStartInfo("/usr/bin/script", ["--quiet", "--return", "--command", $"stty cols {columns}; {command}", "/dev/null"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh", ["NO_COLOR"] = "1" },
        };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await Sample.WaitForExit(process);

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("━", output);
        Assert.Contains("Open the report:", output);
        // NO_COLOR takes the colours away, and nothing else.
        Assert.DoesNotMatch(@"\e\[[0-9;]*3[0-9][0-9;]*m", output);
        string[] lines = Escapes().Replace(output, "").Split('\n', '\r');
        Assert.All(lines.Where(line => !line.Contains(_folder.Path)), line => Assert.InRange(line.Length, 0, columns));
    }

    [GeneratedRegex(@"\e(=|\[[0-9;?]*[A-Za-z])")]
    private static partial Regex Escapes();

    private JsonObject History(string folder) => JsonNode.Parse(File.ReadAllText(_folder[folder + "/history.json"]))!.AsObject();

    private string[] FilesIn(string folder) => [.. Directory.GetFileSystemEntries(_folder[folder]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
