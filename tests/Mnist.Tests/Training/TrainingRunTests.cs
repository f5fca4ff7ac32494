using System.Globalization;
using System.Text.Json.Nodes;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Data;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private const ulong Seed = 4;

    private static readonly DataSplits Data = new("custom", SyntheticDigits.Draw(Seed, 0, 90), SyntheticDigits.Draw(Seed, 90, 30), true, "Drawn.") { Directory = "/some/where" };

    private static readonly RunOptions Options = new()
    {
        Network = new() { Bottleneck = 4, Dropout = 0.1 },
        Training = new() { Epochs = 4, BatchSize = 20, Denoise = new(NoiseKind.Masking, 0.2) },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_epoch_that_is_cancelled_leaves_no_trace(int epochsBefore)
    {
        var run = Train(Start(Options), epochsBefore);
        float[][] before = Weights(run);
        using CancellationTokenSource source = new();

        Assert.Throws<OperationCanceledException>(() => run.TrainEpoch(
            progress =>
            {
                if (progress.Step == 3)
                {
                    source.Cancel();
                }
            },
            source.Token));

        Assert.Equal(before, Weights(run));
        Assert.Equal(epochsBefore, run.History.Epochs.Count);
        var whole = Train(Start(Options), epochsBefore + 1);
        Train(run, 1);
        Assert.Equal(Weights(whole), Weights(run));
        Assert.Equal(whole.History.Epochs[^1].ValidationLoss, run.History.Epochs[^1].ValidationLoss);
    }

    [Fact]
    public void A_run_that_diverges_keeps_what_it_learned_before()
    {
        var run = Train(Start(Trained(options => options with { Denoise = null }) with { Model = ModelKind.Vae }), 2, _folder.Path);
        float[][] before = Weights(run);
        byte[] best = File.ReadAllBytes(_folder.File(TrainingRun.BestFileName));

        // What makes the third epoch diverge: weights that are no numbers, as a step too far leaves them.
        var error = Assert.Throws<TrainingDivergedException>(() => run.TrainEpoch(_ => run.Model.Parameters[0].Value.AsSpan().Fill(float.NaN)));

        Assert.Contains("epoch 3", error.Message);
        Assert.Equal(before, Weights(run));
        Assert.Equal(best, File.ReadAllBytes(_folder.File(TrainingRun.BestFileName)));
        RunFiles.Write(run, _folder.Path);
        var notes = SafeTensors.Read(_folder.File(TrainingRun.ModelFileName)).Metadata;
        Assert.Equal(("2", "10", "4", "custom", "/some/where"), (notes["epoch"], notes["step"], notes["seed"], notes["dataset"], notes["data"]));
    }

    [Fact]
    public void Nothing_is_written_before_an_epoch_is_finished()
    {
        Assert.Throws<InvalidOperationException>(() => RunFiles.Write(Start(Options), _folder.File("out")));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public void The_best_model_of_a_resumed_run_is_its_own_whatever_lay_in_the_folder()
    {
        // So large a step makes the first of these epochs the best one.
        var options = Trained(options => options with { LearningRate = 0.3, Epochs = 6 });
        string first = _folder.File("first"), second = _folder.File("second"), third = _folder.File("third");
        var run = Start(options);
        do
        {
            Train(run, 1, first);
        }
        while (run.Best == run.History.Epochs[^1] && run.History.Epochs.Count < 5);
        Assert.NotEqual(run.Best, run.History.Epochs[^1]);
        Train(Start(options with { Network = options.Network with { Bottleneck = 5 } }), 1, second);

        var resumed = Start(options);
        resumed.Resume(Checkpoint.Read(first));
        resumed.KeepCheckpoint(second);

        Assert.Equal(File.ReadAllBytes(Path.Combine(first, TrainingRun.BestFileName)), File.ReadAllBytes(Path.Combine(second, TrainingRun.BestFileName)));

        // Where the best one is lost, or another run's, it is the best of what was trained since.
        Train(Start(options with { Network = options.Network with { Bottleneck = 5 } }), 1, third);
        File.Copy(Path.Combine(third, TrainingRun.BestFileName), Path.Combine(first, TrainingRun.BestFileName), overwrite: true);
        var again = Start(options);
        again.Resume(Checkpoint.Read(first));
        Train(again, 1, third);
        var notes = SafeTensors.Read(Path.Combine(third, TrainingRun.BestFileName)).Metadata;
        Assert.Equal(again.History.Epochs.Count.ToString(), notes["epoch"]);
    }

    [Fact]
    public void What_a_killed_run_left_half_written_is_cleared_away()
    {
        string left = _folder.File($".{Checkpoint.FileName}.{Guid.NewGuid():N}.tmp");
        File.WriteAllText(left, "half");

        Train(Start(Options), 1, _folder.Path);

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void A_resumed_run_keeps_the_times_of_the_epochs_before()
    {
        var run = Train(Start(Options), 2, _folder.Path);
        var resumed = Start(Options);

        resumed.Resume(Checkpoint.Read(_folder.Path));

        Assert.Equal(run.TimeShares.Select(share => share.Name), resumed.TimeShares.Select(share => share.Name));
        Assert.All(run.TimeShares.Zip(resumed.TimeShares), pair => Assert.Equal(pair.First.Seconds, pair.Second.Seconds, 1e-9));
        Assert.Equal(run.History.Epochs.Sum(epoch => epoch.Seconds), resumed.TimeShares.Sum(share => share.Seconds), 1e-9);
    }

    public static TheoryData<string> OtherSettings => new(Changes.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, (string Named, RunOptions Options)> Changes { get; } = new()
    {
        ["another model"] = ("model mlp", Options with { Model = ModelKind.Conv }),
        ["another bottleneck"] = ("bottleneck 4", Built(network => network with { Bottleneck = 5 })),
        ["other first weights"] = ("init glorot", Built(network => network with { Initializer = WeightInitializer.Kaiming })),
        ["batch norm"] = ("batch norm false", Built(network => network with { BatchNorm = true })),
        ["another dropout"] = ("dropout 0.1", Built(network => network with { Dropout = 0.2 })),
        ["a bounded code"] = ("bottleneck activation none", Built(network => network with { CodeActivation = CodeActivation.Tanh })),
        ["another activation"] = ("activation none", Built(network => network with { Activation = HiddenActivation.Gelu })),
        ["other hidden widths"] = ("hidden widths none, and 200,30", Built(network => network with { HiddenWidths = [200, 30] })),
        ["no noise"] = ("denoise masking:0.2, and none", Trained(training => training with { Denoise = null })),
        ["more noise"] = ("denoise masking:0.2", Trained(training => training with { Denoise = new(NoiseKind.Masking, 0.3) })),
        ["another batch size"] = ("batch size 20", Trained(training => training with { BatchSize = 30 })),
        ["another learning rate"] = ("lr 0.001", Trained(training => training with { LearningRate = 0.002 })),
        ["another schedule"] = ("schedule constant", Trained(training => training with { Schedule = LearningRateSchedule.Step })),
        ["weight decay"] = ("weight decay 0", Trained(training => training with { WeightDecay = 0.01 })),
        ["clipping"] = ("clip none", Trained(training => training with { Clip = 1 })),
        ["fewer epochs than it has"] = ("2 epochs", Trained(training => training with { Epochs = 1 })),
    };

    [Fact]
    public void No_setting_is_missing_among_those_that_are_not_resumed()
    {
        string[] all = [.. typeof(AutoencoderOptions).GetProperties().Concat(typeof(TrainerOptions).GetProperties()).Select(property => property.Name)];

        Assert.Equal(
            all.Except([nameof(AutoencoderOptions.Beta), nameof(TrainerOptions.Patience)]).Append(nameof(RunOptions.Model)).Order(),
            Changes.Values.SelectMany(change => Changed(Options, change.Options)).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(OtherSettings))]
    public void Another_setting_is_not_resumed(string change)
    {
        Train(Start(Options), 2, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(Changes[change].Options).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains(Changes[change].Named, error.Message);
    }

    [Fact]
    public void Another_weight_of_the_divergence_is_not_resumed()
    {
        var options = Trained(options => options with { Denoise = null }) with { Model = ModelKind.Vae, Network = Options.Network with { Beta = 0.5 } };
        Train(Start(options), 1, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(options with { Network = options.Network with { Beta = 2 } }).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains("beta 0.5", error.Message);
    }

    [Fact]
    public void A_network_with_widths_of_its_own_is_resumed()
    {
        var options = Built(network => network with { HiddenWidths = [40, 20], Activation = HiddenActivation.Silu });
        var whole = Train(Start(options), 3);
        Train(Start(options), 1, _folder.Path);

        var resumed = Start(Built(network => network with { HiddenWidths = [40, 20], Activation = HiddenActivation.Silu }));
        resumed.Resume(Checkpoint.Read(_folder.Path));

        Assert.Equal(Weights(whole), Weights(Train(resumed, 2)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    public void A_cosine_is_not_resumed_over_another_number_of_epochs(int epochs)
    {
        var options = Trained(options => options with { Schedule = LearningRateSchedule.Cosine });
        Train(Start(options), 1, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(options with { Training = options.Training with { Epochs = epochs } }).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains("4 epochs", error.Message);
    }

    [Fact]
    public void Other_images_and_another_seed_are_not_resumed()
    {
        Train(Start(Options), 1, _folder.Path);
        var checkpoint = Checkpoint.Read(_folder.Path);

        Assert.Contains("seed", Assert.Throws<StateFileException>(() => new TrainingRun(Data, new CpuDevice(1), Options, Seed + 1).Resume(checkpoint)).Message);
        foreach (var other in (DataSplits[])[Data with { Train = SyntheticDigits.Draw(9, 0, 90) }, Data with { Validation = SyntheticDigits.Draw(9, 90, 30) }])
        {
            Assert.Contains("other images", Assert.Throws<StateFileException>(() => new TrainingRun(other, new CpuDevice(1), Options, Seed).Resume(checkpoint)).Message);
        }
    }

    [Fact]
    public void A_run_ends_when_its_patience_does_and_goes_on_with_more()
    {
        // So large a step makes the loss go up and down.
        var options = Trained(options => options with { LearningRate = 1, Epochs = 40, Patience = 2 });
        var run = Start(options);
        while (!run.IsFinished)
        {
            Train(run, 1);
        }

        run.KeepCheckpoint(_folder.Path, every: 1000);
        int epochs = run.History.Epochs.Count;
        Assert.InRange(epochs, 3, 39);
        Assert.Equal(epochs - 2, run.Best!.Epoch);
        var resumed = Start(options with { Training = options.Training with { Patience = 3 } });
        resumed.Resume(Checkpoint.Read(_folder.Path));
        Assert.Equal((epochs, false), (resumed.History.Epochs.Count, resumed.IsFinished));
    }

    [Fact]
    public void A_run_has_a_bounded_number_of_epochs()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Trained(options => options with { Epochs = RunOptions.MaxEpochs + 1 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Trained(options => options with { Epochs = 0 })));
    }

    [Fact]
    public void The_files_are_those_that_are_listed()
    {
        var run = Train(Start(new() { Model = ModelKind.Vae, Network = new() { Bottleneck = 4 }, Training = new() { Epochs = 1 } }), 1, _folder.Path);

        RunFiles.Write(run, _folder.Path);

        Assert.Equal(RunFiles.Names.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var history = JsonNode.Parse(File.ReadAllText(_folder.File("history.json")))!;
        Assert.Equal("/some/where", (string)history["data"]!);
        Assert.Equal(0.001, (double)history["epochs"]![0]!["lr"]!);
        string[] table = File.ReadAllLines(_folder.File("history.csv"));
        Assert.Equal("epoch,train_loss,val_loss,seconds,images_per_second,lr,gradient_norm", table[0]);
        Assert.Equal(
            ((string[])["epoch", "train_loss", "val_loss", "seconds", "images_per_second", "lr", "gradient_norm"]).Select(name => (double)history["epochs"]![0]![name]!),
            table[1].Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)));
        Assert.Equal(2, table.Length);
    }

    private static RunOptions Trained(Func<TrainerOptions, TrainerOptions> change) => Options with { Training = change(Options.Training) };

    private static RunOptions Built(Func<AutoencoderOptions, AutoencoderOptions> change) => Options with { Network = change(Options.Network) };

    // The names of the properties that differ.
    private static IEnumerable<string> Changed(RunOptions one, RunOptions other) =>
    [
        .. Different(one.Network, other.Network),
        .. Different(one.Training, other.Training),
        .. one.Model == other.Model ? (string[])[] : [nameof(RunOptions.Model)],
    ];

    private static IEnumerable<string> Different<T>(T one, T other) =>
        typeof(T).GetProperties().Where(property => !Equals(property.GetValue(one), property.GetValue(other))).Select(property => property.Name);

    private static TrainingRun Start(RunOptions options) => new(Data, new CpuDevice(1), options, Seed);

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

    private static float[][] Weights(TrainingRun run) => [.. run.Model.State.Select(named => named.Value.ToArray())];
}
