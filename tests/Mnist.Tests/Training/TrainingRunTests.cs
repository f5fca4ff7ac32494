using System.Text.Json.Nodes;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Tests.Data;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private const ulong Seed = 4;

    private static readonly DataSplits Data = new("custom", SyntheticDigits.Draw(Seed, 0, 90), SyntheticDigits.Draw(Seed, 90, 30), true, "Drawn.") { Directory = "/some/where" };

    private static readonly RunOptions Options = new() { Epochs = 4, BatchSize = 20, Bottleneck = 4, Dropout = 0.1, Denoise = new(NoiseKind.Masking, 0.2) };

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
        var run = Train(Start(Options with { Model = ModelKind.Vae, Denoise = null }), 2, _folder.Path);
        float[][] before = Weights(run);
        byte[] best = File.ReadAllBytes(_folder.File(TrainingRun.BestFileName));

        // What makes the third epoch diverge: weights that are no numbers, as a step too far leaves them.
        var error = Assert.Throws<TrainingDivergedException>(() => run.TrainEpoch(_ => run.Model.Parameters[0].Value.AsSpan().Fill(float.NaN)));

        Assert.Contains("epoch 3", error.Message);
        Assert.Equal(before, Weights(run));
        Assert.Equal(best, File.ReadAllBytes(_folder.File(TrainingRun.BestFileName)));
        run.WriteFiles(_folder.Path);
        var notes = SafeTensors.Read(_folder.File(TrainingRun.ModelFileName)).Metadata;
        Assert.Equal(("2", "10", "4", "custom", "/some/where"), (notes["epoch"], notes["step"], notes["seed"], notes["dataset"], notes["data"]));
    }

    [Fact]
    public void Nothing_is_written_before_an_epoch_is_finished()
    {
        Assert.Throws<InvalidOperationException>(() => Start(Options).WriteFiles(_folder.File("out")));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public void The_best_model_of_a_resumed_run_is_its_own_whatever_lay_in_the_folder()
    {
        // So large a step makes the first of these epochs the best one.
        var options = Options with { LearningRate = 0.3, Epochs = 6 };
        string first = _folder.File("first"), second = _folder.File("second"), third = _folder.File("third");
        var run = Start(options);
        do
        {
            Train(run, 1, first);
        }
        while (run.Best == run.History.Epochs[^1] && run.History.Epochs.Count < 5);
        Assert.NotEqual(run.Best, run.History.Epochs[^1]);
        Train(Start(options with { Bottleneck = 5 }), 1, second);

        var resumed = Start(options);
        resumed.Resume(Checkpoint.Read(first));
        resumed.KeepCheckpoint(second);

        Assert.Equal(File.ReadAllBytes(Path.Combine(first, TrainingRun.BestFileName)), File.ReadAllBytes(Path.Combine(second, TrainingRun.BestFileName)));

        // Where the best one is lost, or another run's, it is the best of what was trained since.
        Train(Start(options with { Bottleneck = 5 }), 1, third);
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

    private static Dictionary<string, (string Named, Func<RunOptions, RunOptions> Change)> Changes { get; } = new()
    {
        ["another model"] = ("model", options => options with { Model = ModelKind.Conv }),
        ["another bottleneck"] = ("bottleneck", options => options with { Bottleneck = 5 }),
        ["other first weights"] = ("initial weights", options => options with { Initializer = WeightInitializer.Kaiming }),
        ["batch norm"] = ("batch norm", options => options with { BatchNorm = true }),
        ["another dropout"] = ("dropout", options => options with { Dropout = 0.2 }),
        ["a bounded code"] = ("bottleneck activation", options => options with { CodeActivation = CodeActivation.Tanh }),
        ["no noise"] = ("noise", options => options with { Denoise = null }),
        ["more noise"] = ("noise", options => options with { Denoise = new(NoiseKind.Masking, 0.3) }),
        ["another batch size"] = ("batch size", options => options with { BatchSize = 30 }),
        ["another learning rate"] = ("learning rate", options => options with { LearningRate = 0.002 }),
        ["another schedule"] = ("schedule", options => options with { Schedule = LearningRateSchedule.Step }),
        ["weight decay"] = ("weight decay", options => options with { WeightDecay = 0.01 }),
        ["clipping"] = ("clip", options => options with { Clip = 1 }),
        ["fewer epochs than it has"] = ("2 epochs", options => options with { Epochs = 1 }),
    };

    [Theory]
    [MemberData(nameof(OtherSettings))]
    public void Another_setting_is_not_resumed(string change)
    {
        Train(Start(Options), 2, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(Changes[change].Change(Options)).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains(Changes[change].Named, error.Message);
    }

    [Fact]
    public void Another_weight_of_the_divergence_is_not_resumed()
    {
        var options = Options with { Model = ModelKind.Vae, Denoise = null, Beta = 0.5 };
        Train(Start(options), 1, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(options with { Beta = 2 }).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains("beta 0.5", error.Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    public void A_cosine_is_not_resumed_over_another_number_of_epochs(int epochs)
    {
        var options = Options with { Schedule = LearningRateSchedule.Cosine };
        Train(Start(options), 1, _folder.Path);

        var error = Assert.Throws<StateFileException>(() => Start(options with { Epochs = epochs }).Resume(Checkpoint.Read(_folder.Path)));

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
    public void A_run_has_a_bounded_number_of_epochs()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Options with { Epochs = RunOptions.MaxEpochs + 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Options with { Epochs = 0 }));
    }

    [Fact]
    public void The_files_are_those_that_are_listed()
    {
        var run = Train(Start(new() { Epochs = 1, Model = ModelKind.Vae, Bottleneck = 4 }), 1, _folder.Path);

        run.WriteFiles(_folder.Path);

        Assert.Equal(TrainingRun.FileNames.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var history = JsonNode.Parse(File.ReadAllText(_folder.File("history.json")))!;
        Assert.Equal("/some/where", (string)history["data"]!);
        Assert.Equal(0.001, (double)history["epochs"]![0]!["lr"]!);
    }

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
