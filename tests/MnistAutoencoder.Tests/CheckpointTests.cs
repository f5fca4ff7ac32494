using System.Diagnostics;
using System.Text.Json.Nodes;
using Quern.Mnist.Tests.Data;
using SixLabors.ImageSharp;

namespace Quern.MnistAutoencoder.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_resumed_run_ends_as_one_that_never_stopped_to_the_last_bit()
    {
        string data = _folder.WriteData();
        string[] options = ["--data", data, "--batch-size", "64", "--lr", "0.002", "--bottleneck", "8", "--seed", "3"];
        await Succeed([.. options, "--epochs", "5", "--threads", "1", "--out", "whole"]);
        await Succeed([.. options, "--epochs", "2", "--threads", "2", "--out", "parts"]);

        var resumed = await Succeed(["--data", data, "--resume", "parts", "--epochs", "4"]);
        await Succeed(["--data", data, "--resume", "parts/checkpoint.safetensors", "--epochs", "5", "--out", "elsewhere"]);

        Assert.Contains("Going on after epoch 2 of", resumed.Output);
        Assert.Matches("(?m)^epoch 3/4 ", resumed.Output);
        foreach (string file in (string[])["model.safetensors", "best.safetensors"])
        {
            Assert.Equal(File.ReadAllBytes(_folder["whole/" + file]), File.ReadAllBytes(_folder["elsewhere/" + file]));
        }

        Assert.Equal(Losses("whole"), Losses("elsewhere"));
        Assert.Equal(5, Losses("elsewhere").Length);
    }

    [Fact]
    public async Task The_settings_of_a_model_are_those_of_the_run_that_is_resumed()
    {
        string data = _folder.WriteData();
        string[] options =
        [
            "--data", data, "--model", "vae", "--bottleneck", "6", "--beta", "0.5", "--dropout", "0.1", "--batch-norm", "--init", "kaiming", "--denoise", "masking:0.2",
            "--schedule", "step", "--weight-decay", "0.01", "--clip", "20",
        ];
        await Succeed([.. options, "--epochs", "3", "--out", "whole"]);
        await Succeed([.. options, "--epochs", "2", "--out", "parts"]);

        await Succeed(["--data", data, "--resume", "parts", "--epochs", "3"]);

        Assert.Equal(File.ReadAllBytes(_folder["whole/model.safetensors"]), File.ReadAllBytes(_folder["parts/model.safetensors"]));
        Assert.Equal(Losses("whole"), Losses("parts"));
        await Refuse(["--data", data, "--resume", "parts", "--beta", "1"], "beta 0.5");
        await Refuse(["--data", data, "--resume", "parts", "--model", "conv"], "model vae");
        await Refuse(["--data", data, "--resume", "parts", "--denoise", "masking:0.3"], "denoise masking:0.2");
        await Refuse(["--data", data, "--resume", "parts", "--dropout", "0"], "dropout 0.1");
        await Refuse(["--data", data, "--resume", "parts", "--schedule", "constant"], "schedule step");
    }

    [Fact]
    public async Task Checkpoints_change_no_weight_and_none_are_made_if_none_are_asked_for()
    {
        string data = _folder.WriteData();
        foreach (string every in (string[])["0", "1", "2"])
        {
            await Succeed(["--data", data, "--epochs", "3", "--checkpoint-every", every, "--out", every]);
            Assert.Equal(File.ReadAllBytes(_folder["0/model.safetensors"]), File.ReadAllBytes(_folder[every + "/model.safetensors"]));
            Assert.Equal(every != "0", File.Exists(_folder[every + "/checkpoint.safetensors"]));
            Assert.Equal(every != "0", File.Exists(_folder[every + "/best.safetensors"]));
        }
    }

    [Theory]
    [InlineData("--bottleneck 16", "bottleneck 32")]
    [InlineData("--batch-size 32", "batch size 128")]
    [InlineData("--lr 0.1", "lr 0.001")]
    [InlineData("--seed 1", "seed 0")]
    [InlineData("--epochs 1", "2 epochs")]
    [InlineData("--dataset mnist", "data set custom")]
    public async Task A_setting_other_than_the_checkpoints_is_one_line_and_exit_code_2(string option, string named)
    {
        string data = _folder.WriteData();
        await Succeed(["--data", data, "--epochs", "2", "--out", "run"]);

        await Refuse(["--data", data, "--resume", "run", .. option.Split(' ')], named);
    }

    [Fact]
    public async Task Other_images_or_none_are_one_line_and_exit_code_2()
    {
        await Succeed(["--data", _folder.WriteData(), "--epochs", "1", "--out", "run"]);

        Directory.Move(_folder["data"], _folder["moved"]);
        await Refuse(["--resume", "run"], $"'{_folder["data"]}'");
        await Refuse(["--data", _folder.WriteData(count: 301), "--resume", "run"], "other images");
    }

    [Fact]
    public async Task A_resumed_run_remembers_its_images_and_its_device()
    {
        _folder.WriteData();
        await Succeed(["--data", "data", "--epochs", "1", "--device", "cpu", "--out", "run"]);

        var result = await Succeed(["--resume", "run", "--epochs", "2"]);

        Assert.Contains("Going on after epoch 1", result.Output);
        Assert.Contains("Device cpu:", result.Output);
        string file = _folder["run/checkpoint.safetensors"];
        byte[] bytes = File.ReadAllBytes(file);
        int device = bytes.AsSpan().IndexOf("\\u0022cpu\\u0022"u8);
        Assert.True(device > 0);
        "zzz"u8.CopyTo(bytes.AsSpan(device + 6));
        File.WriteAllBytes(file, bytes);
        await Refuse(["--resume", "run", "--epochs", "3"], "'zzz'");
        await Succeed(["--resume", "run", "--epochs", "3", "--device", "cpu"]);
    }

    [Fact]
    public async Task A_resumed_run_and_the_commands_read_the_images_as_the_run_did()
    {
        _folder.WriteData();
        await Succeed(["--data", "data", "--transpose-images", "--epochs", "1", "--out", "run"]);
        // Pictures of this size are taken as they are, whatever is called their ink.
        Directory.CreateDirectory(_folder["photos"]);
        for (int i = 0; i < 12; i++)
        {
            using var picture = DrawnPicture.Draw(i % DrawnPicture.Kinds, 28, 28, new(0, 0, 0), new(255, 255, 255), pen: 0.05 + (0.01 * i));
            picture.SaveAsPng(_folder[$"photos/{i}.png"]);
        }

        await Succeed(["--data", "photos", "--ink", "light", "--epochs", "1", "--out", "drawn"]);

        // Other images than those of the checkpoint are refused.
        await Succeed(["--resume", "run", "--epochs", "2"]);
        await Succeed(["--resume", "drawn", "--epochs", "2"]);
        await Succeed(["encode", "--model", "run", "--out", "own.csv"]);
        await Succeed(["encode", "--model", "run", "--data", "data", "--transpose-images", "--out", "given.csv"]);
        await Succeed(["encode", "--model", "run", "--data", "data", "--transpose-images", "false", "--out", "upright.csv"]);
        await Succeed(["encode", "--model", "drawn", "--out", "own-drawn.csv"]);
        await Succeed(["encode", "--model", "drawn", "--data", "photos", "--ink", "light", "--out", "given-drawn.csv"]);
        await Succeed(["encode", "--model", "drawn", "--data", "photos", "--ink", "dark", "--out", "dark.csv"]);

        Assert.Equal(File.ReadAllText(_folder["given.csv"]), File.ReadAllText(_folder["own.csv"]));
        Assert.NotEqual(File.ReadAllText(_folder["upright.csv"]), File.ReadAllText(_folder["own.csv"]));
        Assert.Equal(File.ReadAllText(_folder["given-drawn.csv"]), File.ReadAllText(_folder["own-drawn.csv"]));
        Assert.NotEqual(File.ReadAllText(_folder["dark.csv"]), File.ReadAllText(_folder["own-drawn.csv"]));
        await Refuse(["--resume", "drawn", "--ink", "dark", "--epochs", "3"], "other images");
    }

    [Fact]
    public async Task A_broken_checkpoint_is_one_line_and_exit_code_2()
    {
        string data = _folder.WriteData();
        await Succeed(["--data", data, "--epochs", "1", "--out", "run"]);
        string file = _folder["run/checkpoint.safetensors"];
        byte[] whole = File.ReadAllBytes(file);

        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        await Refuse(["--data", data, "--resume", "run"], "checkpoint.safetensors'");
        int name = whole.AsSpan().IndexOf("decoder_fc1"u8);
        whole[name] = (byte)'x';
        File.WriteAllBytes(file, whole);
        await Refuse(["--data", data, "--resume", "run"], "xecoder_fc1");
    }

    /// <summary>QUERN_KILL_RUNS says how often; the moments differ from run to run on purpose, and every one must do.</summary>
    [Fact]
    public async Task A_kill_at_any_moment_leaves_a_checkpoint_that_goes_on_to_the_same_weights()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGKILL.");
        int runs = int.TryParse(Environment.GetEnvironmentVariable("QUERN_KILL_RUNS"), out int asked) ? asked : 3;
        string data = _folder.WriteData();
        string[] options = ["--data", data, "--epochs", "60", "--batch-size", "100", "--threads", "1"];
        await Succeed([.. options, "--out", "whole"]);
        byte[] expected = File.ReadAllBytes(_folder["whole/model.safetensors"]);
        for (int run = 0; run < runs; run++)
        {
            string name = $"run{run}";
            using (var process = Sample.Start(_folder.Path, [.. options, "--out", name]))
            {
                var errors = process.StandardError.ReadToEndAsync();
                // The first checkpoint is written by the time the second epoch's line appears.
                while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("epoch  2/", StringComparison.Ordinal))
                {
                }

                var wait = Stopwatch.StartNew();
                double milliseconds = Random.Shared.NextDouble() * 600;
                while (wait.Elapsed.TotalMilliseconds < milliseconds && await process.StandardOutput.ReadLineAsync() is not null)
                {
                }

                process.Kill();
                await Sample.WaitForExit(process);
                Assert.Equal("", await errors);
            }

            var resumed = await CommandProcess.Run(_folder.Path, "--data", data, "--resume", name);

            Assert.Equal(("", 0), (resumed.Error, resumed.ExitCode));
            Assert.Equal(expected, File.ReadAllBytes(_folder[name + "/model.safetensors"]));
            Assert.Equal(Losses("whole"), Losses(name));
        }
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_error_and_the_old_checkpoint_stays_whole()
    {
        string disk = await Mount("9m");
        try
        {
            string data = _folder.WriteData();
            // A checkpoint and two models of 32 numbers take 8.8 million bytes; a second checkpoint finds no room beside the first.
            var result = await Sample.Run(_folder.Path, "--data", data, "--epochs", "3", "--out", disk);

            Assert.Equal(1, result.ExitCode);
            Assert.Matches(@"^error: The checkpoint cannot be written to [^\n]*\n$", result.Error);
            Assert.Equal(["best.safetensors", "checkpoint.safetensors"], Directory.GetFileSystemEntries(disk).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            await Succeed(["--data", data, "--resume", disk, "--epochs", "3", "--out", "out"]);
            await Succeed(["--data", data, "--epochs", "3", "--out", "whole"]);
            Assert.Equal(File.ReadAllBytes(_folder["whole/model.safetensors"]), File.ReadAllBytes(_folder["out/model.safetensors"]));
        }
        finally
        {
            Assert.True(await Command("umount", disk));
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_for_curves_is_not_called_a_full_one_for_checkpoints()
    {
        // Beside another file there is a page for curves, which some epochs fill.
        string disk = await Mount("8k");
        try
        {
            File.WriteAllBytes(Path.Combine(disk, "other"), new byte[4096]);
            var result = await Sample.Run(
                _folder.Path, "--data", _folder.WriteData(), "--epochs", "100", "--checkpoint-every", "0", "--tensorboard", "--out", disk);

            Assert.Equal(1, result.ExitCode);
            Assert.Matches(@"^error: The curves for TensorBoard cannot be written to [^\n]*\n$", result.Error);
        }
        finally
        {
            Assert.True(await Command("umount", disk));
        }
    }

    private async Task<string> Mount(string size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small file system can be mounted on Linux only.");
        string disk = _folder["disk"];
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(await Command("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk), "Only root may mount a small file system.");
        return disk;
    }

    private static async Task<bool> Command(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await Sample.WaitForExit(process);
        return process.ExitCode == 0;
    }

    private async Task<SampleResult> Succeed(string[] arguments)
    {
        var result = await CommandProcess.Run(_folder.Path, arguments);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        return result;
    }

    private async Task Refuse(string[] arguments, string named)
    {
        var result = await CommandProcess.Run(_folder.Path, arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"^error: [^\n]*\n$", result.Error);
        Assert.Contains(named, result.Error);
        Assert.Equal("", result.Output);
    }

    private string[] Losses(string run) =>
        [.. JsonNode.Parse(File.ReadAllText(_folder[run + "/history.json"]))!["epochs"]!.AsArray().Select(epoch => $"{epoch!["train_loss"]} {epoch["val_loss"]}")];
}
