using System.IO.Compression;

namespace Quern.MnistAutoencoder.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--epochs 0", "--epochs 0")]
    [InlineData("--epochs many", "--epochs many")]
    [InlineData("--epochs", "--epochs")]
    [InlineData("--batch-size -1", "--batch-size -1")]
    [InlineData("--lr NaN", "--lr NaN")]
    [InlineData("--lr 0", "--lr 0")]
    [InlineData("--lr Infinity", "--lr Infinity")]
    [InlineData("--bottleneck 0", "--bottleneck 0")]
    [InlineData("--model gan", "mlp, conv, vae")]
    [InlineData("--init zeros", "glorot, kaiming")]
    [InlineData("--bottleneck-activation relu", "none, tanh")]
    [InlineData("--schedule sine", "constant, step, cosine, warmup-cosine")]
    [InlineData("--dropout 1", "--dropout 1")]
    [InlineData("--dropout -0.1", "--dropout -0.1")]
    [InlineData("--denoise gaussian", "gaussian:0.3")]
    [InlineData("--denoise masking:1.5", "--denoise masking:1.5")]
    [InlineData("--denoise poisson:1", "--denoise poisson:1")]
    [InlineData("--beta 2", "--model vae")]
    [InlineData("--model conv --beta 0", "--beta 0")]
    [InlineData("--model vae --beta -1", "--beta -1")]
    [InlineData("--model vae --bottleneck-activation tanh", "--model mlp or conv")]
    [InlineData("--weight-decay -1", "--weight-decay -1")]
    [InlineData("--weight-decay NaN", "--weight-decay NaN")]
    [InlineData("--clip 0", "--clip 0")]
    [InlineData("--batch-norm --batch-size 1", "--batch-size is 1")]
    [InlineData("--batch-norm perhaps", "perhaps")]
    [InlineData("--batch-norm --batch-size 299 --data data", "299")]
    [InlineData("--seed -1", "--seed -1")]
    [InlineData("--threads 0", "--threads 0")]
    [InlineData("--device warp", "'warp'")]
    [InlineData("--device opencl:99", "opencl:99")]
    [InlineData("--dataset emnist", "--dataset emnist")]
    [InlineData("--data missing", "'missing'")]
    [InlineData("--out a-file/below", "'a-file/below'")]
    [InlineData("--out a-file", "'a-file'")]
    [InlineData("--out a-run --data data", "--overwrite")]
    [InlineData("--out in-the-way --data data --overwrite", "'in-the-way/model.safetensors'")]
    [InlineData("--out nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn --data data", "cannot be written")]
    [InlineData("--epochs 300000", "1 to 100000")]
    [InlineData("--data \e[31mred", "'\uFFFD[31mred'")]
    [InlineData("--checkpoint-every -1", "--checkpoint-every -1")]
    [InlineData("--resume missing", "'missing'")]
    [InlineData("--resume .", "checkpoint.safetensors")]
    [InlineData("--resume a-file", "'a-file'")]
    [InlineData("--patience 0", "--patience 0")]
    [InlineData("--serve 70000", "--serve 70000")]
    [InlineData("--serve here", "--serve here")]
    [InlineData("--frobnicate", "--frobnicate")]
    public async Task A_bad_option_is_one_line_and_exit_code_2(string arguments, string named)
    {
        File.WriteAllText(_folder["a-file"], "");
        _folder.WriteData();
        Directory.CreateDirectory(_folder["in-the-way/model.safetensors"]);
        Directory.CreateDirectory(_folder["a-run"]);
        File.WriteAllText(_folder["a-run/best.safetensors"], "of another run");
        string[] before = Everything();

        var result = await CommandProcess.Run(_folder.Path, arguments.Split(' '));

        AssertRefused(result, named, before);
    }

    [Fact]
    public async Task An_out_that_nothing_can_be_written_to_is_one_line_and_exit_code_2()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc, where not even root may write.");

        var result = await CommandProcess.Run(_folder.Path, "--data", _folder.WriteData(), "--out", "/proc/quern");

        AssertRefused(result, "'/proc/quern'", Everything());
    }

    public static TheoryData<string> BadData => new(Breakages.Keys.Order());

    [Theory]
    [MemberData(nameof(BadData))]
    public async Task Bad_data_is_one_line_and_exit_code_2(string breakage)
    {
        string data = _folder.WriteData();
        Breakages[breakage](data);
        string[] before = Everything();

        var result = await CommandProcess.Run(_folder.Path, "--data", data, "--epochs", "1", "--out", "out");

        AssertRefused(result, data, before);
    }

    private static Dictionary<string, Action<string>> Breakages { get; } = new()
    {
        ["only three of the four files"] = data => File.Delete(At(data, 3)),
        ["truncated gzip"] = data => Gzip(data, 0, truncate: true),
        ["not IDX"] = data => File.WriteAllText(At(data, 0), "<html>404 Not Found</html>"),
        ["wrong dimensions"] = data => File.WriteAllBytes(At(data, 0), TemporaryFolder.Idx([300, 32, 32], new byte[300 * 32 * 32])),
        ["more labels than images"] = data => File.WriteAllBytes(At(data, 1), TemporaryFolder.Idx([301], new byte[301])),
        ["empty file"] = data => File.WriteAllBytes(At(data, 2), []),
        ["a header that claims 2^31 images"] = data => File.WriteAllBytes(At(data, 0), TemporaryFolder.Idx([1u << 31, 28, 28], new byte[784])),
        ["no images"] = data =>
        {
            File.WriteAllBytes(At(data, 0), TemporaryFolder.Idx([0, 28, 28], []));
            File.WriteAllBytes(At(data, 1), TemporaryFolder.Idx([0], []));
        },
    };

    private static string At(string data, int file) => Path.Combine(data, TemporaryFolder.FileNames[file]);

    private static void Gzip(string data, int file, bool truncate)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(At(data, file)));
        }

        File.Delete(At(data, file));
        File.WriteAllBytes(At(data, file) + ".gz", packed.ToArray()[..(int)(truncate ? packed.Length / 2 : packed.Length)]);
    }

    private string[] Everything() => [.. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order()];

    private void AssertRefused(SampleResult result, string named, string[] before)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: ", result.Error);
        Assert.EndsWith("\n", result.Error);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.Contains(named, result.Error);
        Assert.Equal("", result.Output);
        Assert.Equal(before, Everything());
    }
}
