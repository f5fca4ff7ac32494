using Quern.Tensors;
using Quern.Tests.Shared;

namespace Quern.Nn.Tests.Training;

[Collection(nameof(TrainingStepTests))]
public sealed class TrainerTests
{
    // 90 points in the plane, of a class for each side of a line.
    private static readonly TensorDataset Points = MakePoints(90);

    [Fact]
    public void A_classifier_is_trained_in_a_few_lines()
    {
        Sequential network = Network();
        ConfusionMatrix confusion = new(2);
        Trainer trainer = new(network, new CrossEntropyLoss(), new Adam(network.Parameters, 0.05)) { Metrics = [new Accuracy(), confusion] };

        IReadOnlyList<EpochReport> reports = trainer.Fit(new DataLoader(Points, 20, shuffleSeed: 1), epochs: 30, new DataLoader(MakePoints(50), 32));

        Assert.Equal(Enumerable.Range(1, 30), reports.Select(report => report.Epoch));
        Assert.True(reports[^1].ValidationLoss < 0.5 * reports[0].ValidationLoss);
        Assert.InRange(reports[^1].Metrics["accuracy"], 0.9, 1);
        Assert.Equal(reports[^1].Metrics["accuracy"], confusion.Value);
        Assert.True(reports[^1].GradientNorm > 0);
        Assert.False(network.IsTraining);
        Assert.Equal(reports, trainer.History);
    }

    [Fact]
    public void The_loss_of_an_epoch_is_the_mean_over_samples_not_over_batches()
    {
        Trainer trainer = Make(Network());

        double loss = trainer.TrainEpoch(new DataLoader(Points, 40)).TrainLoss;

        IReadOnlyList<float> steps = trainer.StepLosses;
        Assert.Equal(3, steps.Count);
        Assert.Equal(((40.0 * steps[0]) + (40.0 * steps[1]) + (10.0 * steps[2])) / 90, loss, 1e-15);
    }

    [Fact]
    public void The_loop_takes_the_steps_that_one_would_write_by_hand()
    {
        Sequential byHand = Network(), byTrainer = Network();
        CrossEntropyLoss loss = new();
        Sgd sgd = new(byHand.Parameters, 0.1);
        StepSchedule schedule = new(sgd, 3, 0.5);
        List<float> losses = [];
        long step = 0;
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            foreach (Batch batch in new DataLoader(Points, 40, shuffleSeed: 7).Batches(epoch))
            {
                losses.Add(loss.Forward(byHand.Forward(batch.Inputs), batch.Targets).Item());
                sgd.ZeroGradient();
                byHand.BackwardParameters(loss.Backward());
                GradientClipping.ClipNorm(byHand.Parameters, 0.05f);
                sgd.LearningRate = schedule.RateAt(step++);
                sgd.Step();
            }
        }

        Sgd optimizer = new(byTrainer.Parameters, 0.1);
        Trainer trainer = new(byTrainer, new CrossEntropyLoss(), optimizer) { Schedule = new StepSchedule(optimizer, 3, 0.5), ClipNorm = 0.05 };
        DataLoader loader = new(Points, 40, shuffleSeed: 7);
        trainer.TrainEpoch(loader);
        IReadOnlyList<float> first = trainer.StepLosses;
        trainer.TrainEpoch(loader);

        Assert.Equal(losses, [.. first, .. trainer.StepLosses]);
        Assert.Equal(byHand.Parameters.Select(parameter => parameter.Value.ToArray()), byTrainer.Parameters.Select(parameter => parameter.Value.ToArray()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.05)]
    public void The_gradient_norm_of_an_epoch_is_the_mean_of_those_of_each_64th_step_and_the_last(double? clip)
    {
        Sequential byHand = Network(), byTrainer = Network();
        CrossEntropyLoss loss = new();
        Sgd sgd = new(byHand.Parameters, 0.05);
        List<float> norms = [];
        foreach (Batch batch in new DataLoader(Points, 1).Batches(1))
        {
            loss.Forward(byHand.Forward(batch.Inputs), batch.Targets);
            sgd.ZeroGradient();
            byHand.BackwardParameters(loss.Backward());
            norms.Add(GradientClipping.ClipNorm(byHand.Parameters, (float)(clip ?? float.MaxValue)).Item());
            sgd.Step();
        }

        Trainer trainer = new(byTrainer, new CrossEntropyLoss(), new Sgd(byTrainer.Parameters, 0.05)) { ClipNorm = clip };

        Assert.Equal(((double)norms[63] + norms[89]) / 2, trainer.TrainEpoch(new DataLoader(Points, 1)).GradientNorm, 1e-6);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Trainer trainer = Make(Network());
        DataLoader few = new(Points, 30, shuffleSeed: 1), many = new(Points, 3, shuffleSeed: 1);

        // An epoch allocates its report and nothing for each of its steps.
        Assert.Equal(OfAnEpoch(few), OfAnEpoch(many));

        long OfAnEpoch(DataLoader loader)
        {
            trainer.TrainEpoch(loader);
            trainer.TrainEpoch(loader);
            return Allocations.LeastOf(() => trainer.TrainEpoch(loader));
        }
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training()
    {
        Trainer trainer = Make(Network(), learningRate: 1e30);

        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(new DataLoader(Points, 20), 5));

        Assert.Contains("The learning rate 1E+30 is probably too high", error.Message);
    }

    [Fact]
    public void Early_stopping_ends_the_training_and_restores_the_best_weights()
    {
        Sequential network = Network();
        EarlyStopping stopping = new(patience: 2);
        Sgd sgd = new(network.Parameters, 0.5);
        // Labels exchanged: what training lowers raises the validation loss.
        TensorDataset opposite = new(Points.Inputs, 1 - Points.Targets);
        Trainer trainer = new(network, new CrossEntropyLoss(), sgd) { EarlyStopping = stopping };

        IReadOnlyList<EpochReport> reports = trainer.Fit(new DataLoader(Points, 20), 50, new DataLoader(opposite, 90));

        Assert.Equal(1, stopping.BestEpoch);
        Assert.Equal(3, reports.Count);
        Assert.Equal(reports[0].ValidationLoss!.Value, trainer.Evaluate(new DataLoader(opposite, 90)).Loss);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => trainer.Fit(new DataLoader(Points, 20), 1));
        Assert.Contains("validation", error.Message);
    }

    [Fact]
    public void A_training_can_be_cancelled_and_stopped()
    {
        using CancellationTokenSource source = new();
        List<TrainingProgress> told = [];
        Trainer trainer = Make(Network());
        DataLoader loader = new(Points, 20);

        Assert.Throws<OperationCanceledException>(() => trainer.Fit(loader, 5, progress: new Told(progress =>
        {
            told.Add(progress);
            if (progress is { Epoch: 2, Step: 3 })
            {
                source.Cancel();
            }
        }), cancellationToken: source.Token));
        Assert.Equal(1, trainer.Epoch);
        Assert.Single(trainer.History);
        Assert.Equal([20, 40, 60, 80, 90, 20, 40, 60], told.Select(progress => progress.Samples));

        trainer.EpochEnded += report => trainer.Stop();
        Assert.Single(trainer.Fit(loader, 5));
        Assert.Single(trainer.Fit(loader, 1));
        Assert.False(trainer.Module.IsTraining);
    }

    private static Sequential Network()
    {
        Generator generator = new(3);
        return new Sequential(new Linear(2, 8, generator), new Relu(), new Linear(8, 2, generator));
    }

    private static Trainer Make(Sequential network, double learningRate = 0.05) => new(network, new CrossEntropyLoss(), new Sgd(network.Parameters, learningRate));

    private static TensorDataset MakePoints(int count)
    {
        Tensor points = Tensor.Random([count, 2], new Generator((ulong)count), -1, 1);
        return new TensorDataset(points, points.Sum(axis: 1) > 0.1);
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
