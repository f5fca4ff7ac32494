using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests.Distributed;

[Collection(nameof(TrainingStepTests))]
public sealed class DistributedTrainerTests
{
    // Four batches of 20 and one of 10.
    private static readonly TensorDataset Points = MakePoints(90);

    // Two batches of 16 and one of 3, of which some processes get nothing.
    private static readonly TensorDataset Held = MakePoints(35);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void Several_processes_have_the_losses_of_one(int size)
    {
        Run alone = Train(group: null);

        Run[] together = ThreadProcessGroup.Run(size, group => Train(group));

        Assert.All(together, run =>
        {
            Assert.All(run.Steps.Zip(alone.Steps), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
            Assert.All(run.Epochs.Zip(alone.Epochs), pair =>
            {
                Assert.Equal(pair.Second.TrainLoss, pair.First.TrainLoss, 1e-6);
                Assert.Equal(pair.Second.ValidationLoss!.Value, pair.First.ValidationLoss!.Value, 1e-6);
                Assert.Equal(pair.Second.GradientNorm, pair.First.GradientNorm, 1e-5);
            });

            // All processes have the same to the bit.
            Assert.Equal(together[0].Weights, run.Weights);
            Assert.Equal(together[0].Steps, run.Steps);
            Assert.Equal(together[0].Epochs.Select(epoch => epoch.ValidationLoss), run.Epochs.Select(epoch => epoch.ValidationLoss));
        });
        if (size == 1)
        {
            Assert.Equal(alone.Weights, together[0].Weights);
        }
    }

    [Fact]
    public void Metrics_are_those_of_all_samples()
    {
        double alone = Accuracy(null);
        Assert.InRange(alone, 0.05, 0.95);

        Assert.All(ThreadProcessGroup.Run(3, Accuracy), accuracy => Assert.Equal(alone, accuracy));

        static double Accuracy(ProcessGroup? group)
        {
            Sequential network = Network();
            Trainer trainer = new(network, new CrossEntropyLoss(), new Sgd(network.Parameters, 0.05)) { ProcessGroup = group, Metrics = [new Accuracy()] };
            return trainer.Evaluate(new DataLoader(Held, 16)).Metrics["accuracy"];
        }
    }

    [Fact]
    public void All_processes_begin_with_the_weights_of_process_0()
    {
        float[] alone = Train(null, seed: 3).Steps;

        Assert.All(
            ThreadProcessGroup.Run(2, group => Train(group, seed: group.Rank == 0 ? 3UL : 4)),
            run => Assert.All(run.Steps.Zip(alone), pair => Assert.Equal(pair.Second, pair.First, 1e-6)));
    }

    [Fact]
    public void The_running_statistics_of_batch_norm_are_means_over_the_processes()
    {
        float[][] states = ThreadProcessGroup.Run(2, group =>
        {
            BatchNorm1d norm = new(2);
            Sequential network = new(norm, new Linear(2, 2, new Generator(1)));
            Trainer trainer = new(network, new CrossEntropyLoss(), new Sgd(network.Parameters, 0)) { ProcessGroup = group };
            trainer.TrainEpoch(new DataLoader(Points, 90));
            return norm.RunningMean.Value.ToArray();
        });

        // One step over all points: 0.1 of their mean, which is that of the means of two halves.
        float[] mean = Points.Inputs.Mean(axis: 0).ToArray();
        Assert.Equal(states[0], states[1]);
        Assert.Equal(0.1 * mean[0], states[0][0], 1e-6);
        Assert.Equal(0.1 * mean[1], states[0][1], 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Where_one_process_is_cancelled_all_end_after_the_same_step(int cancelled)
    {
        int[][] steps = ThreadProcessGroup.Run(2, group =>
        {
            using CancellationTokenSource source = new();
            List<int> told = [];
            Trainer trainer = Make(Network(), group);
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(
                new DataLoader(Points, 20),
                5,
                progress: new Told(progress =>
                {
                    told.Add(progress.Step);
                    if (group.Rank == cancelled && progress is { Epoch: 2, Step: 3 })
                    {
                        source.Cancel();
                    }
                }),
                cancellationToken: source.Token));
            Assert.Equal(1, trainer.Epoch);
            return told.ToArray();
        });

        Assert.All(steps, told => Assert.Equal([1, 2, 3, 4, 5, 1, 2, 3, 4], told));
    }

    [Fact]
    public void A_cancellation_in_the_last_step_is_seen_in_the_validation()
    {
        Assert.All(
            ThreadProcessGroup.Run(2, group =>
            {
                using CancellationTokenSource source = new();
                Trainer trainer = Make(Network(), group);
                Assert.Throws<OperationCanceledException>(() => trainer.TrainEpoch(
                    new DataLoader(Points, 20),
                    new DataLoader(Held, 16),
                    new Told(progress =>
                    {
                        if (group.Rank == 1 && progress.Step == 5)
                        {
                            source.Cancel();
                        }
                    }),
                    source.Token));
                return trainer.Epoch;
            }),
            epoch => Assert.Equal(0, epoch));
    }

    [Fact]
    public void A_loss_that_is_no_number_in_one_process_ends_all()
    {
        // One infinite point, so that only the process that has it in its part computes no number.
        Tensor inputs = Points.Inputs.Clone();
        inputs.AsSpan()[100] = float.PositiveInfinity;
        TensorDataset broken = new(inputs, Points.Targets);

        string[] errors = ThreadProcessGroup.Run(3, group => Assert.Throws<TrainingDivergedException>(() => Make(Network(), group).Fit(new DataLoader(broken, 20), 2)).Message);

        Assert.Single(errors.Distinct());
        Assert.Contains("at step 3 of epoch 1", errors[0]);
    }

    [Fact]
    public void Processes_that_do_not_fit_together_are_told_so_in_all_of_them()
    {
        Assert.All(Errors(group => Make(Network(), group), group => new DataLoader(Points, 20 + group.Rank)), error => Assert.Equal(
            "1 of 2 processes have other samples, batch sizes or epochs behind them than process 0, and all must have the same.", error));
        Assert.All(Errors(group => Make(Network(hidden: 8 + group.Rank), group), group => new DataLoader(Points, 20)), error => Assert.Contains("other parameters and buffers", error));
        Assert.All(Errors(OneAhead, group => new DataLoader(Points, 20)), error => Assert.Contains("other optimizer states", error));

        // A process that changes its own weights between two epochs.
        Assert.All(
            ThreadProcessGroup.Run(2, group =>
            {
                Trainer trainer = Make(Network(), group);
                trainer.TrainEpoch(new DataLoader(Points, 20));
                trainer.Module.Parameters[1].Value.AsSpan()[0] += group.Rank;
                return Assert.Throws<ProcessGroupException>(() => trainer.TrainEpoch(new DataLoader(Points, 20))).Message;
            }),
            error => Assert.Contains("other weights", error));

        static string[] Errors(Func<ProcessGroup, Trainer> make, Func<ProcessGroup, DataLoader> load) =>
            ThreadProcessGroup.Run(2, group => Assert.Throws<ProcessGroupException>(() => make(group).TrainEpoch(load(group))).Message);

        static Trainer OneAhead(ProcessGroup group)
        {
            Sequential network = Network();
            Adam adam = new(network.Parameters);
            if (group.Rank == 1)
            {
                new Trainer(network, new CrossEntropyLoss(), adam).TrainEpoch(new DataLoader(Points, 90));
            }

            return new Trainer(network, new CrossEntropyLoss(), adam) { ProcessGroup = group };
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Assert.All(
            ThreadProcessGroup.Run(2, group =>
            {
                Trainer trainer = Make(Network(), group);
                DataLoader few = new(Points, 30, shuffleSeed: 1), many = new(Points, 3, shuffleSeed: 1);
                return (OfAnEpoch(few), OfAnEpoch(many));

                long OfAnEpoch(DataLoader loader)
                {
                    trainer.TrainEpoch(loader);
                    trainer.TrainEpoch(loader);
                    return Allocations.LeastOf(() => trainer.TrainEpoch(loader));
                }
            }),
            allocated => Assert.Equal(allocated.Item1, allocated.Item2));
    }

    private static Run Train(ProcessGroup? group, ulong seed = 3)
    {
        Sequential network = Network(seed);
        Trainer trainer = new(network, new CrossEntropyLoss(), new Adam(network.Parameters, 0.02)) { ProcessGroup = group, ClipNorm = 0.3 };
        List<float> steps = [];
        List<EpochReport> epochs = [];
        DataLoader training = new(Points, 20, shuffleSeed: 7), validation = new(Held, 16);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            epochs.Add(trainer.TrainEpoch(training, validation));
            steps.AddRange(trainer.StepLosses);
        }

        return new Run([.. steps], [.. epochs], [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())]);
    }

    private static Sequential Network(ulong seed = 3, int hidden = 8)
    {
        Generator generator = new(seed);
        return new Sequential(new Linear(2, hidden, generator), new Relu(), new Linear(hidden, 2, generator));
    }

    private static Trainer Make(Sequential network, ProcessGroup group) =>
        new(network, new CrossEntropyLoss(), new Sgd(network.Parameters, 0.05)) { ProcessGroup = group };

    private static TensorDataset MakePoints(int count)
    {
        Tensor points = Tensor.Random([count, 2], new Generator((ulong)count), -1, 1);
        return new TensorDataset(points, points.Sum(axis: 1) > 0.1);
    }

    private sealed record Run(float[] Steps, EpochReport[] Epochs, float[] Weights);

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
