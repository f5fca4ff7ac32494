using System.Text.Json.Nodes;

namespace Quern.MnistAutoencoder.Tests;

/// <summary>What an option says is what is trained: every option of a run, by the history that it leaves and by its weights.</summary>
public sealed class OptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_option_is_in_the_history_of_its_run()
    {
        _folder.WriteData();

        var options = await History(
            "one", "--epochs 1 --batch-size 25 --lr 0.01 --bottleneck 7 --model vae --init kaiming --batch-norm --dropout 0.25 --denoise masking:0.2 --beta 0.5 --schedule cosine --weight-decay 0.02 --clip 2");
        Assert.Equal(
            (1, 25, 0.01, 7, "vae", "kaiming"),
            ((int)options["epochs"]!, (int)options["batch_size"]!, (double)options["lr"]!, (int)options["bottleneck"]!, (string)options["model"]!, (string)options["init"]!));
        Assert.Equal(
            (true, 0.25, "masking:0.2", 0.5, "cosine", 0.02, 2),
            ((bool)options["batch_norm"]!, (double)options["dropout"]!, (string)options["denoise"]!, (double)options["beta"]!, (string)options["schedule"]!, (double)options["weight_decay"]!, (double)options["clip"]!));

        options = await History("two", "--epochs 1 --model conv --bottleneck-activation tanh");
        Assert.Equal(("conv", "tanh"), ((string)options["model"]!, (string)options["bottleneck_activation"]!));
    }

    private async Task<JsonNode> History(string name, string arguments)
    {
        var result = await CommandProcess.Run(_folder.Path, ["--data", "data", "--seed", "9", "--out", name, .. arguments.Split(' ')]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var history = JsonNode.Parse(File.ReadAllText(_folder[$"{name}/history.json"]))!;
        Assert.Equal(9, (int)history["seed"]!);
        return history["options"]!;
    }
}
