using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Data;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private const ulong Seed = 4;

    private static readonly DataSplits Data = new("synthetic", SyntheticDigits.Draw(Seed, 0, 90), SyntheticDigits.Draw(Seed, 90, 30), true, "Drawn.");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_resumed_run_is_one_that_never_stopped_to_the_last_bit(int stopAfter)
    {
        var whole = Train(Run(5), 5);
        Train(Run(5), stopAfter, _folder.Path);

        var resumed = Run(5, threads: 2);
        resumed.Resume(Checkpoint.Read(_folder.Path));
        Train(resumed, 5 - stopAfter);

        Assert.Equal(Losses(whole), Losses(resumed));
        Assert.Equal(Model(whole), Model(resumed));
    }

    [Fact]
    public void The_best_model_is_that_of_the_lowest_validation_loss()
    {
        // With so large a step the validation loss goes up and down.
        var run = new TrainingRun(Data, new CpuDevice(1), new() { Network = new() { Bottleneck = 4 }, Training = new() { Epochs = 12, BatchSize = 20, LearningRate = 1 } }, Seed);
        for (int epoch = 1; epoch <= 12; epoch++)
        {
            run.TrainEpoch();
            run.KeepCheckpoint(_folder.Path, every: 5);
            Assert.Equal(epoch < 5 ? null : epoch < 10 ? 5 : epoch < 12 ? 10 : 12, CheckpointEpoch());
        }

        var best = run.History.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.NotEqual(12, best.Epoch);
        var model = Autoencoder.Open(_folder.File(TrainingRun.BestFileName));
        double loss = new AutoencoderTrainer(model, Data, new() { BatchSize = 20 }).Validate();
        Assert.Equal(best.ValidationLoss, loss);

        int? CheckpointEpoch() =>
            File.Exists(_folder.File(Checkpoint.FileName)) ? Checkpoint.Read(_folder.Path).History.Epochs.Count : null;
    }

    [Fact]
    public void A_checkpoint_and_a_model_make_the_same_autoencoder()
    {
        var run = Train(Run(1), 1, _folder.Path);
        RunFiles.Write(run, _folder.Path);

        var one = Autoencoder.Open(_folder.File(Checkpoint.FileName));
        var other = Autoencoder.Open(_folder.File(TrainingRun.ModelFileName));

        Assert.Equal(8, one.Bottleneck);
        Assert.Equal(one.State.Select(named => named.Value.ToArray()), other.State.Select(named => named.Value.ToArray()));
        var notes = SafeTensors.Read(_folder.File(TrainingRun.ModelFileName)).Metadata;
        Assert.Equal(("mnist-autoencoder", "8", "1", "synthetic"), (notes["architecture"], notes["bottleneck"], notes["epoch"], notes["dataset"]));
    }

    [Fact]
    public void A_run_that_has_begun_does_not_resume_and_one_that_has_not_makes_no_checkpoint()
    {
        var run = Train(Run(2), 1, _folder.Path);

        Assert.Throws<InvalidOperationException>(() => run.Resume(Checkpoint.Read(_folder.Path)));
        Assert.Throws<InvalidOperationException>(() => Run(2).KeepCheckpoint(_folder.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.KeepCheckpoint(_folder.Path, 0));
    }

    [Fact]
    public void A_checkpoint_from_before_the_models_goes_on()
    {
        var whole = Train(Run(3), 3);
        Train(Run(3), 1, _folder.Path);
        string path = _folder.File(Checkpoint.FileName);
        byte[] file = File.ReadAllBytes(path);
        foreach (string note in (string[])["hidden_widths", "activation", "batch_norm", "dropout", "bottleneck_activation"])
        {
            file = WithNote(file, note, null);
        }

        File.WriteAllBytes(path, WithHistory(file, history =>
        {
            var options = history["options"]!.AsObject();
            foreach (string name in options.Select(option => option.Key).Except(["epochs", "batch_size", "lr", "bottleneck"]).ToArray())
            {
                options.Remove(name);
            }
        }));

        var resumed = Run(3);
        resumed.Resume(Checkpoint.Read(path));
        Train(resumed, 2);

        Assert.Equal(Losses(whole), Losses(resumed));
    }

    public static TheoryData<string> Breakages => new(Broken.Keys.Order());

    [Theory]
    [MemberData(nameof(Breakages))]
    public void A_broken_checkpoint_is_refused_by_name(string breakage)
    {
        Train(Run(2), 1, _folder.Path);
        string file = _folder.File(Checkpoint.FileName);
        File.WriteAllBytes(file, Broken[breakage](File.ReadAllBytes(file)));

        var error = Assert.Throws<StateFileException>(() => Run(2).Resume(Checkpoint.Read(file)));

        Assert.Contains($"'{file}'", error.Message);
        Assert.InRange(error.Message.Length, 1, 2000);
    }

    [Theory]
    [InlineData("hidden widths that its weights have not")]
    [InlineData("an activation that its weights have not")]
    [InlineData("a model that its weights are not")]
    [InlineData("batch norm that its weights have not")]
    [InlineData("a dropout that its notes have not")]
    [InlineData("a code of another kind")]
    public void A_history_of_another_network_than_that_of_the_weights_is_refused_whatever_run_goes_on(string breakage)
    {
        Train(Run(2), 1, _folder.Path);
        string file = _folder.File(Checkpoint.FileName);
        File.WriteAllBytes(file, Broken[breakage](File.ReadAllBytes(file)));

        Assert.Contains("its history tells of", Assert.Throws<StateFileException>(() => Checkpoint.Read(file)).Message);
    }

    private static Dictionary<string, Func<byte[], byte[]>> Broken { get; } = new()
    {
        ["empty"] = _ => [],
        ["truncated numbers"] = file => file[..(file.Length / 2)],
        ["truncated header"] = file => file[..100],
        ["a byte more"] = file => [.. file, 0],
        ["no safetensors"] = _ => Encoding.UTF8.GetBytes("<html>404 Not Found</html>"),
        ["another name of a weight"] = file => WithHeader(file, header => header.Replace("decoder_fc1.bias", "decoder_fc9.bias")),
        ["another name of a moment"] = file => WithHeader(file, header => header.Replace("optimizer.3.exp_avg\"", "optimizer.3.exp_bvg\"")),
        ["a moment of a parameter that is not there"] = file => WithHeader(file, header => header.Replace("\"optimizer.3.", "\"optimizer.99.")),
        ["another architecture"] = file => WithHeader(file, header => header.Replace("mnist-autoencoder", "resnet")),
        ["a step that is no number"] = file => WithNote(file, "step", "many"),
        ["a step of zero"] = file => WithNote(file, "step", "0"),
        ["a step of 2^63 - 1"] = file => WithNote(file, "step", "9223372036854775807"),
        ["a step beyond 2^63"] = file => WithNote(file, "step", "9223372036854775808"),
        ["a step too few"] = file => WithNote(file, "step", "2"),
        ["an epoch's steps too many"] = file => WithNote(file, "step", "6"),
        ["a loss that is no number"] = file => WithHistory(file, history => history["epochs"]![0]!["val_loss"] = "NaN"),
        ["a time that is infinite"] = file => WithHistory(file, history => history["times"]!["data"] = "Infinity"),
        ["more epochs than a run may have"] = file => WithHistory(file, history => history["options"]!["epochs"] = RunOptions.MaxEpochs + 1),
        ["no history"] = file => WithNote(file, "history", null),
        ["a history that is no JSON"] = file => WithNote(file, "history", "{"),
        ["a history of null"] = file => WithNote(file, "history", "null"),
        ["epochs of null"] = file => WithHistory(file, history => history["epochs"] = null),
        ["no epochs"] = file => WithHistory(file, history => history["epochs"] = new JsonArray()),
        ["epochs that begin at 7"] = file => WithHistory(file, history => history["epochs"]![0]!["epoch"] = 7),
        ["an infinite loss"] = file => WithNote(file, "history", Note(file, "history").Replace("\"val_loss\": 0", "\"val_loss\": 1e999")),
        ["options that are none"] = file => WithHistory(file, history => history["options"] = new JsonArray()),
        ["hidden widths that its weights have not"] = file => WithHistory(file, history => history["options"]!["hidden_widths"] = new JsonArray(256, 65)),
        ["a hidden width below zero"] = file => WithHistory(file, history => history["options"]!["hidden_widths"] = new JsonArray(-1)),
        ["an activation that its weights have not"] = file => WithHistory(file, history => history["options"]!["activation"] = "gelu"),
        ["a bottleneck of two thousand million"] = file => WithHistory(file, history => history["options"]!["bottleneck"] = 2_000_000_000),
        ["a model that its weights are not"] = file => WithHistory(file, history => history["options"]!["model"] = "conv"),
        ["a model that there is not"] = file => WithHistory(file, history => history["options"]!["model"] = "gan"),
        ["a model of no kind"] = file => WithHistory(file, history => history["options"]!["model"] = 1),
        ["batch norm that its weights have not"] = file => WithHistory(file, history => history["options"]!["batch_norm"] = true),
        ["a dropout of two"] = file => WithHistory(file, history => history["options"]!["dropout"] = 2),
        ["a dropout that its notes have not"] = file => WithHistory(file, history => history["options"]!["dropout"] = 0.5),
        ["a code of another kind"] = file => WithHistory(file, history => history["options"]!["bottleneck_activation"] = "tanh"),
        ["a noise that is none"] = file => WithHistory(file, history => history["options"]!["denoise"] = "gaussian:-1"),
        ["a noise of null kind"] = file => WithHistory(file, history => history["options"]!["denoise"] = new JsonArray()),
        ["a negative weight decay"] = file => WithHistory(file, history => history["options"]!["weight_decay"] = -1),
        ["a clip of zero"] = file => WithHistory(file, history => history["options"]!["clip"] = 0),
        ["a patience of zero"] = file => WithHistory(file, history => history["options"]!["patience"] = 0),
        ["a negative beta"] = file => WithHistory(file, history => history["options"]!["beta"] = -1),
        ["a schedule that there is not"] = file => WithHistory(file, history => history["options"]!["schedule"] = "sine"),
        ["hidden widths of two thousand million"] = file => WithNote(file, "hidden_widths", "2000000000,64"),
        ["an activation that there is not"] = file => WithNote(file, "activation", "step"),
        ["a batch size of zero"] = file => WithHistory(file, history => history["options"]!["batch_size"] = 0),
    };

    private static JsonObject Header(byte[] file) =>
        JsonNode.Parse(file.AsSpan(8, (int)BinaryPrimitives.ReadInt64LittleEndian(file)))!.AsObject();

    private static string Note(byte[] file, string name) => (string)Header(file)["__metadata__"]![name]!;

    private static byte[] WithHeader(byte[] file, Func<string, string> change)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        string before = Encoding.UTF8.GetString(file, 8, length);
        string after = change(before);
        Assert.NotEqual(before, after);
        byte[] header = Encoding.UTF8.GetBytes(after);
        byte[] lengthBytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(lengthBytes, header.Length);
        return [.. lengthBytes, .. header, .. file.AsSpan(8 + length)];
    }

    private static byte[] WithNote(byte[] file, string name, string? value) => WithHeader(file, _ =>
    {
        var header = Header(file);
        var notes = header["__metadata__"]!.AsObject();
        notes.Remove(name);
        if (value is not null)
        {
            notes[name] = value;
        }

        return header.ToJsonString();
    });

    private static byte[] WithHistory(byte[] file, Action<JsonNode> change)
    {
        var history = JsonNode.Parse(Note(file, "history"))!;
        change(history);
        return WithNote(file, "history", history.ToJsonString());
    }

    private static TrainingRun Run(int epochs, int threads = 1) => new(Data, new CpuDevice(threads), new() { Network = new() { Bottleneck = 8 }, Training = new() { Epochs = epochs, BatchSize = 32 } }, Seed);

    private static TrainingRun Train(TrainingRun run, int epochs, string? folder = null)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            run.TrainEpoch();
            if (folder is not null)
            {
                run.KeepCheckpoint(folder);
            }
        }

        return run;
    }

    private static (double Train, double Validation)[] Losses(TrainingRun run) => [.. run.History.Epochs.Select(epoch => (epoch.TrainLoss, epoch.ValidationLoss))];

    private byte[] Model(TrainingRun run)
    {
        string folder = _folder.File(Guid.NewGuid().ToString("N"));
        RunFiles.Write(run, folder);
        return File.ReadAllBytes(Path.Combine(folder, TrainingRun.ModelFileName));
    }
}
