using System.Text.RegularExpressions;

namespace Quern.MnistAutoencoder.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_names_every_option_with_its_default_and_gives_examples()
    {
        var result = await Sample.Run(_folder.Path, "--help");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        string[] expected =
        [
            "--dataset", "--data", "--epochs", "--batch-size", "--lr", "--bottleneck", "--seed", "--device", "--threads", "--out", "--checkpoint-every", "--resume", "--patience", "--tensorboard", "--serve <PORT>", "[default: 6080]", "report",
            "--model <mlp|conv|vae>", "--init <glorot|kaiming>", "--batch-norm", "--dropout", "--bottleneck-activation <none|tanh>", "--denoise <KIND:AMOUNT>", "--beta", "--clip", "--weight-decay",
            "--schedule <constant|step|cosine|warmup-cosine>", "[default: mlp]", "[default: glorot]", "[default: none]", "[default: constant]",
            "[default: 12]", "[default: 128]", "[default: 0.001]", "[default: 32]", "[default: 0]", "[default: auto]", "Examples:", "devices",
        ];
        Assert.All(expected, part => Assert.Contains(part, result.Output));
    }

    [Theory]
    [InlineData("", "-?")]
    [InlineData("", "-h")]
    [InlineData("--epochs many --frobnicate", "--help")]
    [InlineData("--epochs", "--help")]
    [InlineData("--resume missing", "-h")]
    [InlineData("reconstruct", "--help")]
    [InlineData("reconstruct", "-h")]
    [InlineData("encode", "-?")]
    [InlineData("encode --out codes.txt", "--help")]
    [InlineData("decode", "-h")]
    [InlineData("decode --between 0", "--help")]
    [InlineData("report compare", "--help")]
    [InlineData("report compare --out all.txt", "-h")]
    [InlineData("report", "-h")]
    [InlineData("ablation --seeds 0", "-h")]
    [InlineData("devices", "-?")]
    [InlineData("devices --frobnicate", "--help")]
    public async Task Help_comes_before_any_error(string arguments, string help)
    {
        string[] all = [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), help];

        var result = await Sample.Run(_folder.Path, all);

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        string command = all[0].StartsWith('-') ? "[command]" : all[0];
        Assert.Matches($@"Usage:\s+MnistAutoencoder {Regex.Escape(command)}", result.Output);
    }

    [Fact]
    public async Task Devices_lists_the_cpu()
    {
        var result = await Sample.Run(_folder.Path, "devices");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.StartsWith("cpu ", result.Output);
    }
}
