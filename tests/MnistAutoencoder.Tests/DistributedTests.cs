using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What <c>mpirun</c> starts is one run: its losses, its lines, its files.</summary>
public sealed class DistributedTests : IDisposable
{
    private const string Launcher = "/usr/bin/mpirun.mpich";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_processes_have_the_losses_of_one_and_one_of_them_prints_and_writes()
    {
        string[] options = ["--data", _folder.WriteData(), "--epochs", "2", "--batch-size", "37", "--bottleneck", "8", "--denoise", "gaussian:0.3"];
        var alone = await CommandProcess.Run(_folder.Path, [.. options, "--threads", "1", "--out", "alone"]);

        var together = await RunTogether([.. options, "--tensorboard", "--out", "together"]);

        Assert.Equal(("", 0, 0), (together.Error, together.ExitCode, alone.ExitCode));
        AssertSameLosses("alone", "together", epochs: 2);
        Assert.Equal(2, (int)History("together")["processes"]!);
        Assert.Contains("\n2 processes, 2 of them on this machine with ", together.Output);
        Assert.Equal(2, together.Output.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Single(Directory.GetFiles(_folder["together"], "events.out.tfevents.*"));
        Assert.Equal(FilesIn("alone"), FilesIn("together").Where(file => !file.StartsWith("events.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_goes_on_with_another_number_of_processes()
    {
        string[] data = ["--data", _folder.WriteData()];
        await CommandProcess.Run(_folder.Path, [.. data, "--epochs", "3", "--out", "whole"]);
        await CommandProcess.Run(_folder.Path, [.. data, "--epochs", "1", "--out", "run"]);

        var two = await RunTogether([.. data, "--resume", "run", "--epochs", "2"]);
        var one = await CommandProcess.Run(_folder.Path, [.. data, "--resume", "run", "--epochs", "3"]);

        Assert.Equal(("", 0, "", 0), (two.Error, two.ExitCode, one.Error, one.ExitCode));
        Assert.Single(two.Output.Split('\n'), line => line.StartsWith("Going on after epoch 1 of", StringComparison.Ordinal));
        AssertSameLosses("whole", "run", epochs: 3);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_request_to_stop_ends_all_after_the_same_step_and_what_was_learned_is_written(string signal)
    {
        SkipWithoutMpich();
        using var process = Sample.StartInterruptible(
            _folder.Path, Launcher, ["-n", "2", Sample.Host, Sample.Program, "--distributed", "--data", _folder.WriteData(), "--epochs", "100000", "--out", "out"]);
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("epoch      2/", StringComparison.Ordinal))
        {
        }

        await Sample.Signal(process, signal);
        string rest = await process.StandardOutput.ReadToEndAsync();
        await Sample.WaitForExit(process);

        // MPICH's launcher passes the exit code of its processes on, but after a signal not always.
        Assert.Contains(process.ExitCode, (int[])[signal == "INT" ? 130 : 143, 0]);
        Assert.Equal("", await errors);
        Assert.Single(rest.Split('\n'), line => line.StartsWith("Stopped after ", StringComparison.Ordinal));
        Assert.Contains("Written to out:", rest);
        Assert.True(History("out")["epochs"]!.AsArray().Count >= 2);
    }

    [Fact]
    public async Task What_one_process_cannot_do_ends_all_with_its_error()
    {
        File.WriteAllText(_folder["taken"], "");

        var result = await RunTogether(["--data", _folder.WriteData(), "--epochs", "1", "--out", "taken"]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: The folder 'taken' cannot be made", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public async Task Without_MPI_there_is_one_clear_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /bin/sh.");

        var result = await Sample.RunInShell(_folder.Path, $"QUERN_MPI=/nowhere/libmpi.so '{Sample.Host}' '{Sample.Program}' --distributed");

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"^error: --distributed: MPI: none of /nowhere/libmpi\.so can be loaded\. [^\n]*\n$", result.Error);
    }

    private static void SkipWithoutMpich() =>
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists(Launcher) && NativeLibrary.TryLoad("libmpich.so.12", out _), $"There is no MPICH ({Launcher}); on Debian, install mpich.");

    private Task<SampleResult> RunTogether(string[] arguments)
    {
        SkipWithoutMpich();
        return Sample.RunProgram(_folder.Path, Launcher, ["-n", "2", Sample.Host, Sample.Program, "--distributed", .. arguments]);
    }

    private void AssertSameLosses(string expected, string found, int epochs)
    {
        var pairs = History(expected)["epochs"]!.AsArray().Zip(History(found)["epochs"]!.AsArray()).ToArray();
        Assert.Equal(epochs, pairs.Length);
        Assert.All(pairs, pair =>
        {
            Assert.Equal((double)pair.First!["train_loss"]!, (double)pair.Second!["train_loss"]!, 1e-5);
            Assert.Equal((double)pair.First["val_loss"]!, (double)pair.Second["val_loss"]!, 1e-5);
        });
    }

    private string[] FilesIn(string folder) => [.. Directory.GetFileSystemEntries(_folder[folder]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private JsonObject History(string folder) => JsonNode.Parse(File.ReadAllText(_folder[$"{folder}/history.json"]))!.AsObject();
}
