using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Tests.Data;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Nn.Tests.Distributed;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public sealed class DistributedTrainingTests : IDisposable
{
    private const ulong Seed = 4;

    // Four batches of 20 and one of 7; two to validate on, of 20 and 11.
    private static readonly DataSplits Data = new("custom", SyntheticDigits.Draw(Seed, 0, 87), SyntheticDigits.Draw(Seed, 90, 31), true, "Drawn.");

    private static readonly RunOptions Options = new()
    {
        Network = new() { Bottleneck = 4 },
        Training = new() { Epochs = 3, BatchSize = 20 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, ModelKind.Mlp, null)]
    [InlineData(3, ModelKind.Conv, null)]
    [InlineData(3, ModelKind.Mlp, "gaussian:0.3")]
    [InlineData(2, ModelKind.Mlp, "salt-pepper:0.2")]
    public void Several_processes_have_the_losses_of_one(int size, ModelKind model, string? noise)
    {
        var options = Options with
        {
            Model = model,
            Training = Options.Training with { Denoise = noise is null ? null : ImageNoise.TryParse(noise, out var parsed) ? parsed : throw new FormatException(noise), Clip = 0.1 },
        };
        var alone = Train(options, group: null);

        var together = ThreadProcessGroup.Run(size, group => Train(options, group));

        Assert.All(together, run => AssertClose(alone, run));
        Assert.All(together, run => Assert.Equal(Weights(together[0]), Weights(run)));
        Assert.All(together, run => Assert.Equal(size, run.History.Processes));
        Assert.Equal("Communication", together[0].TimeShares[^1].Name);
        Assert.Null(alone.History.Processes);
    }

    [Fact]
    public void What_layers_draw_and_batch_norm_are_each_processes_own_and_the_weights_stay_equal()
    {
        var options = Options with { Model = ModelKind.Vae, Network = Options.Network with { Dropout = 0.2, BatchNorm = true } };

        var together = ThreadProcessGroup.Run(2, group => Train(options, group));
        var again = ThreadProcessGroup.Run(2, group => Train(options, group));

        Assert.Equal(Weights(together[0]), Weights(together[1]));
        Assert.Equal(Weights(together[0]), Weights(again[1]));
        var alone = Train(options, group: null);
        Assert.NotEqual(alone.History.Epochs[0].TrainLoss, together[0].History.Epochs[0].TrainLoss, 1e-6);
        Assert.Equal(alone.History.Epochs[^1].ValidationLoss, together[0].History.Epochs[^1].ValidationLoss, 0.05 * alone.History.Epochs[^1].ValidationLoss);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void A_run_goes_on_with_another_number_of_processes(int before, int after)
    {
        var whole = Train(Options, group: null);

        ThreadProcessGroup.Run(before, group => Train(Options, group, epochs: 2, folder: _folder.Path));
        var resumed = ThreadProcessGroup.Run(after, group =>
        {
            var run = Start(Options, group);
            run.Resume(Checkpoint.Read(_folder.Path));
            return Train(run, group, epochs: 1);
        });

        Assert.All(resumed, run => AssertClose(whole, run));
        Assert.All(resumed, run => Assert.True(run.IsFinished));
    }

    [Fact]
    public void Processes_with_other_settings_or_images_are_told_so()
    {
        Assert.All(
            Errors(group => new TrainingRun(Data, Device.Cpu, Options, Seed + (ulong)group.Rank, group)),
            error => Assert.Equal("1 of 2 processes have other settings or seeds than process 0, and all must have the same.", error));
        Assert.All(
            Errors(group => new TrainingRun(group.Rank == 0 ? Data : Data with { Train = SyntheticDigits.Draw(Seed + 1, 0, 87) }, Device.Cpu, Options, Seed, group)),
            error => Assert.Contains("other images", error));

        static string[] Errors(Func<ProcessGroup, TrainingRun> make) =>
            ThreadProcessGroup.Run(2, group => Assert.Throws<ProcessGroupException>(() => make(group).TrainEpoch()).Message);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Batch_norm_needs_two_images_in_every_process(int size, bool isEnough)
    {
        var options = Options with { Network = Options.Network with { BatchNorm = true } };
        var error = Record.Exception(() => ThreadProcessGroup.Run(size, group => Train(options, group, epochs: 1)));

        if (isEnough)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.Contains("leave one of 4 processes less than two of a batch", Assert.IsType<ArgumentException>(error).Message);
        }
    }

    private static void AssertClose(TrainingRun expected, TrainingRun found)
    {
        Assert.Equal(expected.History.Epochs.Count, found.History.Epochs.Count);
        Assert.All(expected.History.Epochs.Zip(found.History.Epochs), pair =>
        {
            Assert.Equal(pair.First.TrainLoss, pair.Second.TrainLoss, 1e-6);
            Assert.Equal(pair.First.ValidationLoss, pair.Second.ValidationLoss, 1e-6);
        });
    }

    private static TrainingRun Start(RunOptions options, ProcessGroup? group) => new(Data, Device.Cpu, options, Seed, group);

    private static TrainingRun Train(RunOptions options, ProcessGroup? group, int epochs = 3, string? folder = null) => Train(Start(options, group), group, epochs, folder);

    private static TrainingRun Train(TrainingRun run, ProcessGroup? group, int epochs, string? folder = null)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            run.TrainEpoch();
            if (folder is not null && (group is null || group.Rank == 0))
            {
                run.KeepCheckpoint(folder);
            }
        }

        return run;
    }

    private static float[][] Weights(TrainingRun run) => [.. run.Model.Parameters.Select(parameter => parameter.Value.ToArray())];
}
