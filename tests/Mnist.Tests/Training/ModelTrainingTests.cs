using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Report;
using Quern.Mnist.Tests.Data;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

/// <summary>What holds for the training of every model, with all that is random in it.</summary>
/// <remarks>Runs alone, since what other tests allocate counts too.</remarks>
[Collection(nameof(ModelTrainingTests))]
[CollectionDefinition(nameof(ModelTrainingTests), DisableParallelization = true)]
public sealed class ModelTrainingTests : IDisposable
{
    private const ulong Seed = 4;

    // Four batches of 20 and one of 10.
    private static readonly DataSplits Data = new("synthetic", SyntheticDigits.Draw(Seed, 0, 90), SyntheticDigits.Draw(Seed, 90, 30), true, "Drawn.");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => new(Runs.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, RunOptions> Runs { get; } = new()
    {
        ["mlp"] = new(),
        ["mlp with dropout, batch norm and masking"] = new()
        {
            Network = new() { Dropout = 0.2, BatchNorm = true, Initializer = WeightInitializer.Kaiming },
            Training = new() { Denoise = new(NoiseKind.Masking, 0.25) },
        },
        ["mlp with a bounded code, decay, clipping and steps"] = new()
        {
            Network = new() { CodeActivation = CodeActivation.Tanh },
            Training = new() { WeightDecay = 0.01, Clip = 0.01, Schedule = LearningRateSchedule.Step },
        },
        ["conv"] = new() { Model = ModelKind.Conv },
        ["conv with dropout, batch norm, noise and a cosine"] = new()
        {
            Model = ModelKind.Conv,
            Network = new() { Dropout = 0.1, BatchNorm = true },
            Training = new() { Denoise = new(NoiseKind.Gaussian, 0.3), Schedule = LearningRateSchedule.WarmupCosine },
        },
        ["vae"] = new() { Model = ModelKind.Vae },
        ["vae with salt and pepper, dropout and a cosine"] = new()
        {
            Model = ModelKind.Vae,
            Network = new() { Beta = 2, Dropout = 0.1 },
            Training = new() { Denoise = new(NoiseKind.SaltPepper, 0.2), Schedule = LearningRateSchedule.Cosine, Clip = 50 },
        },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_run_is_one_that_never_stopped_to_the_last_bit_for_any_number_of_threads(string name)
    {
        var whole = Train(Start(name, threads: 1), 3);
        Train(Start(name, threads: 2), 1, _folder.Path);

        var resumed = Start(name, threads: 3);
        resumed.Resume(Checkpoint.Read(_folder.Path));
        Train(resumed, 2);

        Assert.Equal(Losses(whole), Losses(resumed));
        Assert.Equal(Weights(whole), Weights(resumed));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_loss_falls(string name)
    {
        var run = Train(Start(name, threads: 2, epochs: 8), 8);

        Assert.True(run.History.Epochs[^1].ValidationLoss < run.History.Epochs[0].ValidationLoss, string.Join(", ", Losses(run)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_step_allocates_nothing_after_the_first(string name)
    {
        var run = Start(name, threads: 1, epochs: 6);
        run.TrainEpoch();
        long[] least = [.. Enumerable.Repeat(long.MaxValue, 5)];
        for (int epoch = 2; epoch <= 6; epoch++)
        {
            long before = 0;
            run.TrainEpoch(progress =>
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                if (progress.Step > 1)
                {
                    // A collection counts unused allocation budget; what a step itself allocates, it allocates in every epoch.
                    least[progress.Step - 1] = Math.Min(least[progress.Step - 1], now - before);
                }

                before = GC.GetAllocatedBytesForCurrentThread();
            });
        }

        Assert.Equal([0, 0, 0, 0], least[1..]);
    }

    [Fact]
    public void Noise_is_new_in_every_step_and_the_same_in_every_validation()
    {
        // A learning rate of next to nothing leaves the network as it is, so only the noise can change a loss.
        TrainerOptions options = new() { BatchSize = 90, LearningRate = 1e-30, Denoise = new(NoiseKind.Gaussian, 0.3) };
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, options);
        var epochs = Enumerable.Range(0, 3).Select(_ => trainer.TrainEpoch()).ToArray();

        Assert.Equal(3, epochs.Select(epoch => epoch.TrainLoss).Distinct().Count());
        Assert.Single(epochs.Select(epoch => epoch.ValidationLoss).Distinct());
        double quiet = new AutoencoderTrainer(new Autoencoder(new Generator(1)), Data, options with { Denoise = null }).Validate();
        Assert.NotEqual(quiet, epochs[0].ValidationLoss);
    }

    [Fact]
    public void The_figures_of_a_denoising_run_are_those_of_its_validation()
    {
        const string Name = "conv with dropout, batch norm, noise and a cosine";
        var run = Train(Start(Name, threads: 1), 3);
        RunFiles.Write(run, _folder.Path);

        using var stream = File.OpenRead(_folder.File("history.json"));
        var figures = TrainingHistory.Read(stream).Figures!;

        Assert.InRange(figures.ProbeAccuracy!.Value, 0, 1);
        Assert.Equal(-10 * Math.Log10(run.History.Epochs[^1].ValidationLoss), figures.ReconstructedPsnr!.Value, 1e-4);
        // Deviation 0.3, a little less for what is cut off on black.
        Assert.InRange(figures.NoisyPsnr!.Value, 10.5, 14.5);
        Assert.Null(run.History.Figures);
    }

    [Fact]
    public void A_variational_run_leaves_samples()
    {
        var files = RunFiles.Write(Train(Start("vae", threads: 1), 1), _folder.Path);

        Assert.Contains("samples.png", files);
        Assert.All(files, file => Assert.True(File.Exists(_folder.File(file))));
    }

    [Fact]
    public void Batch_norm_refuses_a_batch_of_one_image()
    {
        RunOptions options = new() { Network = new() { BatchNorm = true }, Training = new() { BatchSize = 89 } };

        Assert.Contains("batch", Assert.Throws<ArgumentException>(() => new TrainingRun(Data, new CpuDevice(1), options, 0)).Message);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Step, new[] { 0.1, 0.1, 0.1, 0.1, 0.05, 0.05 })]
    [InlineData(LearningRateSchedule.Cosine, new[] { 0.1, 0.0933012701892, 0.075, 0.05, 0.025, 0.00669872981 })]
    public void A_schedule_is_counted_in_steps_of_the_run(LearningRateSchedule schedule, double[] expected)
    {
        // One step an epoch, so that the rate after an epoch is that of its step.
        AutoencoderTrainer trainer = new(
            new Autoencoder(new Generator(1), 2), Data, new TrainerOptions { BatchSize = 90, LearningRate = 0.1, Schedule = schedule, Epochs = 6 });
        foreach (double rate in expected)
        {
            trainer.TrainEpoch();
            Assert.Equal(rate, trainer.Optimizer.LearningRate, 1e-9);
        }
    }

    [Fact]
    public void A_cosine_over_another_number_of_epochs_is_not_resumed()
    {
        const string Name = "vae with salt and pepper, dropout and a cosine";
        Train(Start(Name, threads: 1), 1, _folder.Path);

        var error = Assert.Throws<Nn.StateFileException>(() => Start(Name, threads: 1, epochs: 4).Resume(Checkpoint.Read(_folder.Path)));

        Assert.Contains("cosine", error.Message);
    }

    private static TrainingRun Start(string name, int threads, int epochs = 3) =>
        new(
            Data,
            new CpuDevice(threads),
            Runs[name] with { Network = Runs[name].Network with { Bottleneck = 8 }, Training = Runs[name].Training with { Epochs = epochs, BatchSize = 20 } },
            Seed);

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

    private static string[] Losses(TrainingRun run) => [.. run.History.Epochs.Select(epoch => $"{epoch.TrainLoss:R} {epoch.ValidationLoss:R}")];

    private byte[] Weights(TrainingRun run)
    {
        string folder = _folder.File(Guid.NewGuid().ToString("N"));
        RunFiles.Write(run, folder);
        return File.ReadAllBytes(Path.Combine(folder, TrainingRun.ModelFileName));
    }
}
