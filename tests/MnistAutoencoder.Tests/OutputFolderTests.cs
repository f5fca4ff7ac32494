using Quern.Nn;

namespace Quern.MnistAutoencoder.Tests;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_runs_never_mix()
    {
        _folder.WriteData();
        await Succeed("--data data --epochs 2 --model vae --bottleneck 4 --out b");
        await Succeed("--data data --epochs 1 --out a");
        byte[] before = File.ReadAllBytes(_folder["b/best.safetensors"]);

        // Neither a new run nor one that goes on writes into the folder of another, unless it is told to.
        foreach (string arguments in (string[])["--data data --out b", "--resume a --epochs 2 --out b"])
        {
            var refused = await CommandProcess.Run(_folder.Path, arguments.Split(' '));
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("--overwrite", refused.Error);
            Assert.Equal(before, File.ReadAllBytes(_folder["b/best.safetensors"]));
        }

        await Succeed("--resume a --epochs 2 --out b --overwrite");

        Assert.Equal(8, Directory.GetFileSystemEntries(_folder["b"]).Length);
        Assert.Equal("mnist-autoencoder", SafeTensors.Read(_folder["b/best.safetensors"]).Metadata["architecture"]);
        Assert.Equal("mnist-autoencoder", SafeTensors.Read(_folder["b/checkpoint.safetensors"]).Metadata["architecture"]);
    }

    [Fact]
    public async Task The_run_that_is_replaced_stays_until_there_is_something_to_replace_it()
    {
        _folder.WriteData();
        await Succeed("--data data --epochs 1 --out run");
        byte[] before = File.ReadAllBytes(_folder["run/model.safetensors"]);

        var result = await CommandProcess.Run(_folder.Path, "--data", "data", "--lr", "1e30", "--out", "run", "--overwrite");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_folder["run/model.safetensors"]));
    }

    [Fact]
    public async Task Replaced_files_keep_their_permissions_and_links_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            throw Xunit.Sdk.SkipException.ForSkip("There are no such permissions.");
        }

        _folder.WriteData();
        await Succeed("--data data --epochs 1 --out run");
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(_folder["run/report.html"], Private);
        File.Move(_folder["run/model.safetensors"], _folder["elsewhere.safetensors"]);
        File.CreateSymbolicLink(_folder["run/model.safetensors"], _folder["elsewhere.safetensors"]);
        byte[] before = File.ReadAllBytes(_folder["elsewhere.safetensors"]);

        await Succeed("--data data --epochs 1 --seed 1 --out run --overwrite");

        Assert.Equal(Private, File.GetUnixFileMode(_folder["run/report.html"]));
        Assert.NotNull(new FileInfo(_folder["run/model.safetensors"]).LinkTarget);
        Assert.NotEqual(before, File.ReadAllBytes(_folder["elsewhere.safetensors"]));
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_a_folder()
    {
        _folder.WriteData();
        File.WriteAllText(_folder["x"], "--epochs 99");

        await Succeed("--data data --epochs 1 --out @x");

        Assert.True(File.Exists(_folder["@x/report.html"]));
    }

    private async Task Succeed(string arguments)
    {
        var result = await CommandProcess.Run(_folder.Path, arguments.Split(' '));
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
    }
}
