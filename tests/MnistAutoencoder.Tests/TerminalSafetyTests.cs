using Quern.Mnist.Models;
using Quern.Mnist.Tests.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>Whatever files, folders and options are called, nothing that is said commands a terminal.</summary>
public sealed class TerminalSafetyTests : IDisposable
{
    private const string Red = "\e[31m";
    private const string Shown = "\uFFFD[31m";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--epochs", Red)]
    [InlineData("--frobnicate" + Red)]
    [InlineData("--device", Red)]
    [InlineData("--data", Red)]
    [InlineData("--dataset", Red)]
    [InlineData("--denoise", Red)]
    [InlineData("--resume", Red)]
    [InlineData("encode", "--model", Red, "--data", "data", "--out", "codes.csv")]
    [InlineData("encode", "--model", "model.safetensors", "--data", "data", "--out", Red)]
    [InlineData("encode", "--model", "model.safetensors", "--data", "data", "--out", Red + "/codes.csv")]
    [InlineData("decode", "--model", "model.safetensors", "--codes", "codes.csv", "--out", "a.png")]
    [InlineData("decode", "--model", "strange.safetensors", "--codes", "codes.csv", "--out", "a.png")]
    public async Task No_error_does(params string[] arguments)
    {
        _folder.WriteData();
        File.WriteAllText(_folder["codes.csv"], "1,2,3,4," + Red);
        Save("model.safetensors", name => name);
        Save("strange.safetensors", name => name.Replace("decoder_fc1", Red));

        var result = await CommandProcess.Run(_folder.Path, arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(Shown, result.Error);
        AssertHarmless(result);
    }

    [Fact]
    public async Task No_line_of_a_run_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File names have no control characters there.");
        DrawnPicture.SaveDozen(_folder["pictures"]);
        foreach (string label in Directory.GetDirectories(_folder["pictures"]))
        {
            Directory.Move(label, label + Red);
        }

        string folder = "runs" + Red;
        SampleResult[] results =
        [
            await CommandProcess.Run(_folder.Path, "--data", "pictures", "--epochs", "1", "--out", folder),
            await CommandProcess.Run(_folder.Path, "--resume", folder, "--epochs", "2"),
            await CommandProcess.Run(_folder.Path, "encode", "--model", folder, "--out", Red + ".csv"),
        ];

        Assert.All(results, result =>
        {
            Assert.Equal(("", 0), (result.Error, result.ExitCode));
            Assert.Contains($"Written to {(result == results[2] ? "" : "runs")}{Shown}", result.Output.Replace(_folder.Path + "/", ""));
            AssertHarmless(result);
        });
        Assert.Contains($"0 is 0{Shown}", results[0].Output);
        Assert.Contains($"'{folder.Replace(Red, Shown)}/checkpoint.safetensors'", results[1].Output);
    }

    private static void AssertHarmless(SampleResult result) => Assert.DoesNotContain(result.Error + result.Output, c => char.IsControl(c) && c is not ('\n' or '\r'));

    private void Save(string file, Func<string, string> rename)
    {
        var model = new Autoencoder(new Generator(1), 5);
        model.Save(_folder[file], model.Metadata);
        var state = SafeTensors.Read(_folder[file]);
        SafeTensors.Write(_folder[file], state.Tensors.Select(tensor => KeyValuePair.Create(rename(tensor.Key), tensor.Value)), state.Metadata);
    }
}
