using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public sealed class AutoencoderTrainerTests
{
    // A learning rate of next to nothing leaves the network as it is.
    private const double Still = 1e-30;

    // Four batches of 20 and one of 10.
    private static readonly DataSplits Data = new("synthetic", SyntheticDigits.Draw(4, 0, 90), SyntheticDigits.Draw(4, 90, 30), true, "Drawn.");

    [Fact]
    public void The_loss_of_an_epoch_is_the_mean_over_images_not_over_batches()
    {
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 20 });

        double loss = trainer.TrainEpoch().TrainLoss;

        float[] steps = trainer.StepLosses;
        Assert.Equal(5, steps.Length);
        Assert.Equal(((20.0 * (steps[0] + (double)steps[1] + steps[2] + steps[3])) + (10.0 * steps[4])) / 90, loss, 1e-15);
        Assert.NotEqual(steps.Average(step => (double)step), loss, 1e-6);
    }

    [Fact]
    public void Progress_tells_the_mean_loss_of_the_images_so_far()
    {
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 20 });
        List<TrainingProgress> told = [];

        double loss = trainer.TrainEpoch(told.Add).TrainLoss;

        float[] steps = trainer.StepLosses;
        Assert.Equal([20, 40, 60, 80, 90], told.Select(progress => progress.Samples));
        Assert.Equal([steps[0], ((double)steps[0] + steps[1]) / 2], told.Take(2).Select(progress => progress.Loss!.Value));
        Assert.Equal(loss, told[^1].Loss);
    }

    [Fact]
    public void Every_epoch_takes_the_images_in_an_order_of_its_own()
    {
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 20, LearningRate = Still });

        float[][] epochs = [.. Enumerable.Range(0, 3).Select(_ => LossesOfAnEpoch(trainer))];

        // The network stays as it is, so only the order can change a step's loss, and it changes the mean by rounding alone.
        Assert.Equal(3, epochs.Select(losses => losses[0]).Distinct().Count());
        Assert.Equal(Mean(epochs[0]), Mean(epochs[1]), 1e-6);

        static double Mean(float[] losses) => (losses[..4].Sum(loss => 20.0 * loss) + (10.0 * losses[4])) / 90;
    }

    [Fact]
    public void The_validation_loss_is_the_mean_over_images_not_over_batches()
    {
        // 30 images: in one batch, in three, and with ten images left for a second one.
        double[] losses = [.. ((int[])[30, 10, 20]).Select(size => new AutoencoderTrainer(new Autoencoder(new Generator(1)), Data, new() { BatchSize = size }).Validate())];

        Assert.Equal(losses[0], losses[1], 1e-7);
        Assert.Equal(losses[0], losses[2], 1e-7);
    }

    [Fact]
    public void Validation_knows_no_dropout_and_noise_of_its_own_for_each_batch()
    {
        AutoencoderTrainer dropping = new(new Autoencoder(new Generator(1), new AutoencoderOptions { Dropout = 0.5 }), Data, new() { BatchSize = 20, LearningRate = Still });
        AutoencoderTrainer whole = new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 20, LearningRate = Still });
        Assert.Equal(whole.TrainEpoch().ValidationLoss, dropping.TrainEpoch().ValidationLoss);

        // The same image in two batches: only the noise tells them apart.
        var image = SyntheticDigits.Draw(4, 0, 1);
        var twice = new DataSplits("synthetic", image, new Dataset([.. image.Images, .. image.Images], [.. image.Labels, .. image.Labels], image.Rows, image.Columns, image.ClassCount), true, "Drawn.");
        TrainerOptions noisy = new() { BatchSize = 1, LearningRate = Still, Denoise = new(NoiseKind.Gaussian, 0.3) };
        double both = new AutoencoderTrainer(new Autoencoder(new Generator(1)), twice, noisy).Validate();
        double one = new AutoencoderTrainer(new Autoencoder(new Generator(1)), twice with { Validation = image }, noisy).Validate();
        Assert.NotEqual(one, both, 1e-6);
    }

    [Theory]
    [InlineData("gaussian:0.3", 0)]
    [InlineData(null, 0.3)]
    public void What_is_random_in_a_step_follows_from_its_number_in_the_run(string? noise, double dropout)
    {
        // A single image, so that no order of images makes one epoch unlike another.
        var data = Data with { Train = SyntheticDigits.Draw(4, 0, 1) };
        TrainerOptions options = new() { BatchSize = 20, LearningRate = Still, Denoise = noise is null ? null : new(NoiseKind.Gaussian, 0.3) };
        AutoencoderOptions network = new() { Dropout = dropout };
        AutoencoderTrainer whole = new(new Autoencoder(new Generator(1), network), data, options);
        float[] first = LossesOfAnEpoch(whole);
        float[] second = LossesOfAnEpoch(whole);

        AutoencoderTrainer resumed = new(new Autoencoder(new Generator(1), network), data, options);
        resumed.ResumeAfter(1);

        Assert.Equal(second, LossesOfAnEpoch(resumed));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void An_infinite_loss_stops_the_training()
    {
        // Numbers of the output before the sigmoid so great that the binary cross entropy overflows without becoming NaN.
        VariationalAutoencoder model = new(new Generator(1));
        model.State.Last(named => named.Key.EndsWith(".bias", StringComparison.Ordinal) && named.Value.Shape[0] == 784).Value.AsSpan().Fill(3e38f);
        AutoencoderTrainer trainer = new(model, Data, new() { BatchSize = 20 });

        var error = Assert.Throws<TrainingDivergedException>(() => trainer.TrainEpoch());

        Assert.Contains("Infinity at step 1 of epoch 1", error.Message);
        Assert.Equal(0, trainer.Epoch);
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_stops_the_training()
    {
        // One step, whose own loss is finite.
        AutoencoderTrainer trainer = new(new VariationalAutoencoder(new Generator(1)), Data, new() { BatchSize = 90, LearningRate = 1e10 });

        var error = Assert.Throws<TrainingDivergedException>(() => trainer.TrainEpoch());

        Assert.Contains("validation loss", error.Message);
        Assert.Contains("10000000000", error.Message);
        Assert.Equal(0, trainer.Epoch);
    }

    [Fact]
    public void Clipping_bounds_the_gradients()
    {
        double free = Moved(null);
        double clipped = Moved(1e-12);

        // Adam divides by the gradient's size, until that is as small as its epsilon of 1e-8.
        Assert.InRange(clipped, 0, free / 100);
        Assert.Equal(free, Moved(1e12), 1e-12);

        static double Moved(double? clip)
        {
            Autoencoder model = new(new Generator(1));
            float[] before = model.Parameters[0].Value.ToArray();
            new AutoencoderTrainer(model, Data, new() { BatchSize = 90, Clip = clip }).TrainEpoch();
            return Math.Sqrt(model.Parameters[0].Value.ToArray().Zip(before, (now, then) => Math.Pow((double)now - then, 2)).Sum());
        }
    }

    [Fact]
    public void Weight_decay_pulls_every_weight_towards_zero()
    {
        const double Rate = 0.1, Decay = 0.5;
        float[] before = new Autoencoder(new Generator(1)).Parameters[0].Value.ToArray();
        float[] free = AfterAStep(0), decayed = AfterAStep(Decay);

        Assert.All(before.Select((weight, i) => (Expected: free[i] - (Rate * Decay * weight), Actual: (double)decayed[i])), pair => Assert.Equal(pair.Expected, pair.Actual, 1e-6));
        Assert.NotEqual(free, decayed);

        static float[] AfterAStep(double decay)
        {
            Autoencoder model = new(new Generator(1));
            new AutoencoderTrainer(model, Data, new() { BatchSize = 90, LearningRate = Rate, WeightDecay = decay }).TrainEpoch();
            return model.Parameters[0].Value.ToArray();
        }
    }

    [Fact]
    public void A_batch_of_one_image_is_refused_where_batch_norm_would_get_it()
    {
        Autoencoder model = new(new Generator(1), new AutoencoderOptions { BatchNorm = true });
        var one = Data with { Train = SyntheticDigits.Draw(4, 0, 41) };

        Assert.Contains("batch of one", Assert.Throws<ArgumentException>(() => new AutoencoderTrainer(model, one, new() { BatchSize = 20 })).Message);
        Assert.Contains("batch of one", Assert.Throws<ArgumentException>(() => new AutoencoderTrainer(model, Data, new() { BatchSize = 1 })).Message);
        Assert.Equal(3, new AutoencoderTrainer(model, Data with { Train = SyntheticDigits.Draw(4, 0, 42) }, new() { BatchSize = 20 }).StepsPerEpoch);
    }

    [Fact]
    public void The_learning_rate_of_an_epoch_is_that_of_its_last_step()
    {
        TrainerOptions options = new() { BatchSize = 20, LearningRate = 0.01, Schedule = LearningRateSchedule.Cosine, Epochs = 2 };
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, options);

        Assert.Equal(0.01 * (1 + Math.Cos(Math.PI * 4 / 10)) / 2, trainer.TrainEpoch().LearningRate!.Value, 1e-12);
        Assert.Equal(0.01 * (1 + Math.Cos(Math.PI * 9 / 10)) / 2, trainer.TrainEpoch().LearningRate!.Value, 1e-12);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Step, 12, new[] { 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25 })]
    [InlineData(LearningRateSchedule.WarmupCosine, 40, new[] { 0.01, 0.505, 1 })]
    public void Schedules_run_over_epochs(LearningRateSchedule schedule, int epochs, double[] parts)
    {
        AutoencoderTrainer trainer = new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 90, LearningRate = 0.001, Schedule = schedule, Epochs = epochs });

        Assert.All(parts, part => Assert.Equal(0.001 * part, trainer.TrainEpoch().LearningRate!.Value, 1e-12));
    }

    [Fact]
    public void The_order_of_the_images_follows_from_the_seed()
    {
        float FirstLoss(ulong seed) => LossesOfAnEpoch(new(new Autoencoder(new Generator(1)), Data, new() { BatchSize = 20, LearningRate = Still }, seed))[0];

        Assert.Equal(FirstLoss(1), FirstLoss(1));
        Assert.NotEqual(FirstLoss(1), FirstLoss(2));
    }

    private static float[] LossesOfAnEpoch(AutoencoderTrainer trainer)
    {
        trainer.TrainEpoch();
        return trainer.StepLosses;
    }
}
