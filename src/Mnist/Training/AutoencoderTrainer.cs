using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>
/// Trains an autoencoder to give back the images it is shown, or the clean ones where it is shown noisy ones: Adam on the loss of the
/// autoencoder, with validation after each epoch.
/// </summary>
/// <remarks>
/// The same seed gives the same losses to the bit, whatever the number of threads of the processor. All that is random in a step follows
/// from seed, epoch and step.
/// </remarks>
public sealed class AutoencoderTrainer
{
    private readonly ImageAutoencoder _model;
    private readonly Adam _optimizer;
    private readonly AutoencoderBatches _train;
    private readonly AutoencoderBatches _validation;
    private readonly Loop _loop;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The network. It works on the device of its parameters.</param>
    /// <param name="data">The images; they are copied to the device as bytes.</param>
    /// <param name="options">How to train.</param>
    /// <param name="seed">Chooses the order of the images in every epoch, and the noise on them.</param>
    /// <param name="processGroup">The processes that train together, each on its part of every batch (<see cref="Trainer.ProcessGroup"/>); null for this one alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number in <paramref name="options"/> lies outside its range.</exception>
    /// <exception cref="ArgumentException">
    /// There are no images to train or validate on, or a model with batch norm would get a batch of one image, or a process's part of one.
    /// </exception>
    public AutoencoderTrainer(ImageAutoencoder model, DataSplits data, TrainerOptions options, ulong seed = 0, ProcessGroup? processGroup = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Epochs, 1);
        if (data.Train.Count == 0 || data.Validation.Count == 0)
        {
            throw new ArgumentException(
                $"AutoencoderTrainer: there are {data.Train.Count} training images and {data.Validation.Count} validation images; both need at least one.", nameof(data));
        }

        int processes = processGroup?.Size ?? 1;
        if (model.Options.BatchNorm && SmallestPart(data.Train.Count, options.BatchSize, processes) < 2)
        {
            throw new ArgumentException(
                $"AutoencoderTrainer: {data.Train.Count} images in batches of {options.BatchSize} leave {(processes == 1 ? "a batch of one" : $"one of {processes} processes less than two of a batch")}, and batch norm takes its variance over at least two. Choose another batch size.", nameof(options));
        }

        _model = model;
        Device device = model.Parameters[0].Value.Device;
        _optimizer = options.WeightDecay == 0
            ? new Adam(model.Parameters, options.LearningRate)
            : new AdamW(model.Parameters, options.LearningRate, weightDecay: options.WeightDecay);
        _train = new AutoencoderBatches(data.Train, options, seed, isTraining: true, device);
        _validation = new AutoencoderBatches(data.Validation, options, seed, isTraining: false, device);
        _loop = new Loop(model, _optimizer)
        {
            Schedule = LearningRateSchedules.Make(options.Schedule, _optimizer, _train.BatchCount, options.Epochs),
            ClipNorm = options.Clip,
            ProcessGroup = processGroup,
        };
    }

    /// <summary>The number of epochs trained so far.</summary>
    public int Epoch => _loop.Epoch;

    /// <summary>Steps in an epoch: one for each batch.</summary>
    public int StepsPerEpoch => _train.BatchCount;

    /// <summary>What changes the model, with what it remembers between steps.</summary>
    public Optimizer Optimizer => _optimizer;

    /// <summary>Where the time of the steps so far went.</summary>
    public TrainingTimes Times => _loop.Times;

    /// <summary>The losses of the last epoch's steps, in order; in an epoch that was cut short, the later ones are old.</summary>
    public float[] StepLosses => [.. _loop.StepLosses];

    /// <summary>Trains on every image once, in a new order, and then validates.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the epoch after the step under way; the model keeps what it has learned.</param>
    /// <exception cref="TrainingDivergedException">The training loss of a step or the validation loss is infinite or not a number; <see cref="Epoch"/> does not count the epoch.</exception>
    /// <exception cref="OperationCanceledException">The epoch was cancelled.</exception>
    public EpochResult TrainEpoch(Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        EpochReport report = _loop.TrainEpoch(_train, _validation, progress is null ? null : new ToldAtOnce(progress), cancellationToken);
        return new EpochResult(
            report.Epoch,
            report.TrainLoss,
            report.ValidationLoss!.Value,
            report.Seconds,
            report.SamplesPerSecond,
            report.LearningRate,
            double.IsFinite(report.GradientNorm) ? report.GradientNorm : null);
    }

    /// <summary>Resumes after an epoch of another trainer, whose model and <see cref="Optimizer"/> have been loaded into this one's.</summary>
    /// <param name="epoch">How many epochs had been trained: zero or more.</param>
    /// <remarks>The order of the images follows from seed and epoch, so nothing else is needed to go on to the bit.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public void ResumeAfter(int epoch) => _loop.ResumeAfter(epoch);

    /// <summary>The mean loss over the validation images.</summary>
    /// <param name="cancellationToken">Ends the validation after the batch under way.</param>
    /// <exception cref="OperationCanceledException">The validation was cancelled.</exception>
    public double Validate(CancellationToken cancellationToken = default) => _loop.Evaluate(_validation, cancellationToken).Loss;

    /// <summary>The fewest images of any batch that any process gets.</summary>
    internal static int SmallestPart(int images, int batchSize, int processes)
    {
        int left = images % batchSize;
        return (left == 0 ? batchSize : left) / processes;
    }

    /// <summary>The mean squared errors, against the clean validation images, of the noisy ones and of what the network makes of them.</summary>
    internal (double Noisy, double Reconstructed) ValidationErrors()
    {
        MseLoss loss = new();
        _model.Eval();
        double noisy = 0;
        double reconstructed = 0;
        for (int step = 0; step < _validation.BatchCount; step++)
        {
            Batch batch = _validation.Load(step);
            double share = (double)batch.Targets.Shape[0] / _validation.SampleCount;
            noisy += share * loss.Evaluate(batch.Inputs, batch.Targets).Item();
            reconstructed += share * loss.Evaluate(_model.Forward(batch.Inputs), batch.Targets).Item();
        }

        return (noisy, reconstructed);
    }

    /// <summary>The loop of any module, on the loss of an autoencoder.</summary>
    private sealed class Loop(ImageAutoencoder model, Optimizer optimizer) : Trainer(model, optimizer)
    {
        protected override void ForwardLoss(Batch batch, long step, Tensor result)
        {
            model.StartStep(step, ProcessGroup?.Rank ?? 0);
            model.ForwardLoss(batch.Inputs, batch.Targets, result);
        }

        protected override void BackwardLoss() => model.BackwardLoss();

        protected override Tensor? EvaluateLoss(Batch batch, Tensor result)
        {
            model.EvaluateLoss(batch.Inputs, batch.Targets, result);
            return null;
        }
    }

    /// <summary>Tells at once and on the same thread, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class ToldAtOnce(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
