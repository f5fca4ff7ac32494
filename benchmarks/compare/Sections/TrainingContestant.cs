using Quern.Benchmarks.Compare.Measuring;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Benchmarks.Compare.Sections;

/// <summary>Quern's own training, an epoch a turn.</summary>
internal sealed class TrainingContestant
{
    private readonly AutoencoderTrainer _trainer;

    /// <param name="data">The images.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="batchSize">Images per step.</param>
    /// <param name="count">How many of the training images; all if not given.</param>
    /// <param name="model">Which autoencoder.</param>
    public TrainingContestant(DataSplits data, Device device, int batchSize, int? count = null, ModelKind model = ModelKind.Mlp)
    {
        // Validation is not timed, so as little of it as there can be.
        DataSplits few = data with { Train = First(data.Train, count ?? data.Train.Count), Validation = First(data.Validation, 1) };
        _trainer = new AutoencoderTrainer(ImageAutoencoder.Create(model, new Generator(0), device: device), few, new TrainerOptions { BatchSize = batchSize });
        Contestant = new("Quern", device is CpuDevice cpu ? cpu.ThreadCount : 1, () => Epoch(), Epoch);
    }

    public Contestant Contestant { get; }

    /// <summary>The mean loss of the last epoch.</summary>
    public double Loss { get; private set; }

    /// <summary>Where the time went.</summary>
    public TrainingTimes Times => _trainer.Times;

    private double Epoch()
    {
        EpochResult result = _trainer.TrainEpoch();
        Loss = result.TrainLoss;
        return result.Seconds;
    }

    private static Dataset First(Dataset images, int count) => new(
        images.Images[..(count * images.Rows * images.Columns)].ToArray(), images.Labels[..count].ToArray(), images.Rows, images.Columns, images.ClassCount);
}
