using System.Diagnostics;
using Quern.Mnist.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>
/// Trains a network to give back the images it is shown: Adam on the mean squared error, with validation after each epoch.
/// </summary>
/// <remarks>The same seed gives the same losses to the bit, whatever the number of threads of the processor.</remarks>
public sealed class Trainer
{
    private const float PixelScale = 1f / 255;

    private readonly Module _model;
    private readonly Device _device;
    private readonly TrainerOptions _options;
    private readonly Adam _optimizer;
    private readonly MseLoss _loss = new();
    private readonly Workspace _batch = new();
    private readonly ImageSet _train;
    private readonly ImageSet _validation;
    private long _dataTicks;
    private long _passTicks;
    private long _optimizerTicks;
    private double _matMulSeconds;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The network: [batch, pixels] to [batch, pixels]. It works on the device of its parameters.</param>
    /// <param name="data">The images; they are copied to the device as bytes.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number in <paramref name="options"/> lies outside its range.</exception>
    /// <exception cref="ArgumentException">The model has no parameters, or there are no images to train or validate on.</exception>
    public Trainer(Module model, DataSplits data, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        if (model.Parameters.Count == 0)
        {
            throw new ArgumentException("Trainer: the model has no parameters, so there is nothing to train. Register its layers.", nameof(model));
        }

        if (data.Train.Count == 0 || data.Validation.Count == 0)
        {
            throw new ArgumentException(
                $"Trainer: there are {data.Train.Count} training images and {data.Validation.Count} validation images; both need at least one.", nameof(data));
        }

        _model = model;
        _options = options;
        _device = model.Parameters[0].Value.Device;
        _optimizer = new Adam(model.Parameters, options.LearningRate);
        _train = new ImageSet(data.Train, options.BatchSize, _device);
        _validation = new ImageSet(data.Validation, options.BatchSize, _device);
    }

    /// <summary>How many epochs have been trained.</summary>
    public int Epoch { get; private set; }

    /// <summary>What changes the model, with what it remembers between steps.</summary>
    public Optimizer Optimizer => _optimizer;

    /// <summary>Where the time of the steps so far went.</summary>
    public TrainingTimes Times => new(
        Seconds(_dataTicks), _matMulSeconds, Math.Max(0, Seconds(_passTicks) - _matMulSeconds), Seconds(_optimizerTicks));

    /// <summary>The losses of the last epoch's steps, in order; in an epoch that was cut short, the later ones are old.</summary>
    public float[] StepLosses => _train.Losses.ToArray();

    /// <summary>Trains on every image once, in a new order, and then validates.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the epoch after the step under way; the model keeps what it has learned.</param>
    /// <exception cref="TrainingDivergedException">The loss became infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">The epoch was cancelled.</exception>
    public EpochResult TrainEpoch(Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        int epoch = Epoch + 1;
        _model.Train();
        long start = Stopwatch.GetTimestamp();
        _train.Shuffle(_options.Seed, epoch);
        for (int step = 0; step < _train.BatchCount; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(step);

            // Reading a loss is free on the processor; elsewhere the host would wait for the device.
            if (_device is CpuDevice)
            {
                CheckFinite(epoch, step, _train.LossOf(step).Item());
            }

            progress?.Invoke(new TrainingProgress(epoch, step + 1, _train.BatchCount, (int)Math.Min((step + 1L) * _options.BatchSize, _train.Count)));
        }

        float[] losses = StepLosses;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (int step = 0; step < losses.Length; step++)
        {
            CheckFinite(epoch, step, losses[step]);
        }

        double validationLoss = Validate(cancellationToken);
        Epoch = epoch;
        return new EpochResult(epoch, _train.MeanLoss(losses), validationLoss, seconds, _train.Count / seconds);
    }

    /// <summary>Goes on after an epoch of another trainer, whose model and <see cref="Optimizer"/> have been loaded into this one's.</summary>
    /// <param name="epoch">How many epochs had been trained: zero or more.</param>
    /// <remarks>The order of the images follows from seed and epoch, so nothing else is needed to go on to the bit.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public void ResumeAfter(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Epoch = epoch;
    }

    /// <summary>The mean loss over the validation images.</summary>
    /// <param name="cancellationToken">Ends the validation after the batch under way.</param>
    /// <exception cref="OperationCanceledException">The validation was cancelled.</exception>
    public double Validate(CancellationToken cancellationToken = default)
    {
        _model.Eval();
        for (int step = 0; step < _validation.BatchCount; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor images = NextBatch(_validation, step);
            _loss.Evaluate(_model.Forward(images), images, _validation.LossOf(step));
        }

        return _validation.MeanLoss(_validation.Losses.ToArray());
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private void Step(int step)
    {
        double matMulBefore = (_device as CpuDevice)?.MatMulSeconds ?? 0;
        long start = Stopwatch.GetTimestamp();
        Tensor images = NextBatch(_train, step);
        long gathered = Stopwatch.GetTimestamp();
        Tensor output = _model.Forward(images);
        _loss.Forward(output, images, _train.LossOf(step));
        _optimizer.ZeroGradient();
        _model.BackwardParameters(_loss.Backward());
        long passed = Stopwatch.GetTimestamp();
        _optimizer.Step();
        _dataTicks += gathered - start;
        _passTicks += passed - gathered;
        _optimizerTicks += Stopwatch.GetTimestamp() - passed;
        _matMulSeconds += ((_device as CpuDevice)?.MatMulSeconds ?? 0) - matMulBefore;
    }

    private Tensor NextBatch(ImageSet set, int step)
    {
        Tensor images = _batch.Get([set.BatchLength(step), set.Pixels], _device);
        images.Gather(set.Images, set.Order, (long)step * _options.BatchSize, PixelScale);
        return images;
    }

    private void CheckFinite(int epoch, int step, float loss)
    {
        if (!float.IsFinite(loss))
        {
            throw new TrainingDivergedException(
                $"Training: the loss became {loss} at step {step + 1} of epoch {epoch}. The learning rate {_options.LearningRate} is probably too high; try a tenth of it.");
        }
    }

    /// <summary>A dataset on the device: images as bytes, the order to take them in, and a place for each batch's loss.</summary>
    private sealed class ImageSet
    {
        private readonly int _batchSize;
        private readonly int[] _order;
        private readonly Tensor[] _lossOf;

        public ImageSet(Dataset images, int batchSize, Device device)
        {
            Count = images.Count;
            Pixels = images.Rows * images.Columns;
            _batchSize = batchSize;
            Images = device.Upload(images.ImageArray);
            _order = [.. Enumerable.Range(0, Count)];
            Order = device.Allocate<int>(Count);
            Order.CopyFrom(_order);
            Losses = Tensor.Zeros([BatchCount], device);
            _lossOf = [.. Enumerable.Range(0, BatchCount).Select(batch => Losses.Rows(batch, 1))];
        }

        public int Count { get; }

        public int Pixels { get; }

        public int BatchCount => (int)(((long)Count + _batchSize - 1) / _batchSize);

        public DeviceMemory<byte> Images { get; }

        public DeviceMemory<int> Order { get; }

        public Tensor Losses { get; }

        public Tensor LossOf(int batch) => _lossOf[batch];

        public int BatchLength(int batch) => Math.Min(_batchSize, Count - (batch * _batchSize));

        public void Shuffle(ulong seed, int epoch)
        {
            BatchOrder.Shuffle(seed, epoch, _order);
            Order.CopyFrom(_order);
        }

        public double MeanLoss(float[] losses)
        {
            double sum = 0;
            for (int batch = 0; batch < losses.Length; batch++)
            {
                sum += (double)losses[batch] * BatchLength(batch);
            }

            return sum / Count;
        }
    }
}
