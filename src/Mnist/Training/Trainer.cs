using System.Diagnostics;
using System.Globalization;
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
public sealed class Trainer
{
    private const float PixelScale = 1f / 255;

    // How often an asynchronous device is waited for.
    private const int StepsBetweenReadings = 64;

    private readonly ImageAutoencoder _model;
    private readonly Device _device;
    private readonly TrainerOptions _options;
    private readonly Adam _optimizer;
    private readonly Schedule? _schedule;
    private readonly Workspace _batch = new();
    private readonly NoiseMaker? _noise;
    private readonly Generator _noiseStreams;
    private readonly Tensor _gradientNorm;
    private readonly ImageSet _train;
    private readonly ImageSet _validation;
    private long _dataTicks;
    private long _passTicks;
    private long _optimizerTicks;
    private double _matMulSeconds;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The network. It works on the device of its parameters.</param>
    /// <param name="data">The images; they are copied to the device as bytes.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number in <paramref name="options"/> lies outside its range.</exception>
    /// <exception cref="ArgumentException">
    /// There are no images to train or validate on, or a model with batch norm would get a batch of one image.
    /// </exception>
    public Trainer(ImageAutoencoder model, DataSplits data, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Epochs, 1);
        if (data.Train.Count == 0 || data.Validation.Count == 0)
        {
            throw new ArgumentException(
                $"Trainer: there are {data.Train.Count} training images and {data.Validation.Count} validation images; both need at least one.", nameof(data));
        }

        if (model.Options.BatchNorm && (options.BatchSize == 1 || data.Train.Count % options.BatchSize == 1))
        {
            throw new ArgumentException(
                $"Trainer: {data.Train.Count} images in batches of {options.BatchSize} leave a batch of one, and batch norm takes its variance over at least two. Choose another batch size.", nameof(options));
        }

        _model = model;
        _options = options;
        _device = model.Parameters[0].Value.Device;
        _optimizer = options.WeightDecay == 0
            ? new Adam(model.Parameters, options.LearningRate)
            : new AdamW(model.Parameters, options.LearningRate, weightDecay: options.WeightDecay);
        _noise = options.Denoise is { } noise ? new NoiseMaker(noise) : null;
        _noiseStreams = new Generator(options.Seed);
        _gradientNorm = Tensor.Zeros([], _device);
        _train = new ImageSet(data.Train, options.BatchSize, _device);
        _validation = new ImageSet(data.Validation, options.BatchSize, _device);
        _schedule = LearningRateSchedules.Make(options.Schedule, _optimizer, _train.BatchCount, options.Epochs);
    }

    /// <summary>The number of epochs trained so far.</summary>
    public int Epoch { get; private set; }

    /// <summary>Steps in an epoch: one for each batch.</summary>
    public int StepsPerEpoch => _train.BatchCount;

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
    /// <exception cref="TrainingDivergedException">The training loss of a step or the validation loss is infinite or not a number; <see cref="Epoch"/> does not count the epoch.</exception>
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
            Step(epoch, step);

            // Reading a loss is free on the processor; elsewhere the host would wait for the device.
            if (_device is CpuDevice || (step + 1) % StepsBetweenReadings == 0 || step + 1 == _train.BatchCount)
            {
                ReadLosses(epoch, step + 1);
            }

            double? loss = _train.ImagesRead == 0 ? null : _train.MeanLossRead;
            progress?.Invoke(new TrainingProgress(epoch, step + 1, _train.BatchCount, (int)Math.Min((step + 1L) * _options.BatchSize, _train.Count), loss));
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double validationLoss = Validate(cancellationToken);
        if (!double.IsFinite(validationLoss))
        {
            throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the validation loss was {validationLoss} after the last step of epoch {epoch}"));
        }

        Epoch = epoch;
        return new EpochResult(epoch, _train.MeanLossRead, validationLoss, seconds, _train.Count / seconds, _optimizer.LearningRate);
    }

    /// <summary>Resumes after an epoch of another trainer, whose model and <see cref="Optimizer"/> have been loaded into this one's.</summary>
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
            _model.EvaluateLoss(Shown(images, RandomStreams.ValidationNoise(step)), images, _validation.LossOf(step));
        }

        return _validation.MeanLoss(_validation.Losses.ToArray());
    }

    /// <summary>The mean squared errors, against the clean validation images, of the noisy ones and of what the network makes of them.</summary>
    internal (double Noisy, double Reconstructed) ValidationErrors()
    {
        _model.Eval();
        MseLoss loss = new();
        double noisy = MeanOf((shown, images, result) => loss.Evaluate(shown, images, result));
        double reconstructed = MeanOf((shown, images, result) => loss.Evaluate(_model.Forward(shown), images, result));
        return (noisy, reconstructed);

        double MeanOf(Action<Tensor, Tensor, Tensor> evaluate)
        {
            for (int step = 0; step < _validation.BatchCount; step++)
            {
                Tensor images = NextBatch(_validation, step);
                evaluate(Shown(images, RandomStreams.ValidationNoise(step)), images, _validation.LossOf(step));
            }

            return _validation.MeanLoss(_validation.Losses.ToArray());
        }
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private void Step(int epoch, int step)
    {
        long stepOfRun = ((epoch - 1L) * _train.BatchCount) + step;
        double matMulBefore = (_device as CpuDevice)?.MatMulSeconds ?? 0;
        long start = Stopwatch.GetTimestamp();
        Tensor images = NextBatch(_train, step);
        Tensor shown = Shown(images, RandomStreams.TrainingNoise(stepOfRun));
        long gathered = Stopwatch.GetTimestamp();
        _model.StartStep(stepOfRun);
        _model.ForwardLoss(shown, images, _train.LossOf(step));
        _optimizer.ZeroGradient();
        _model.BackwardLoss();
        long passed = Stopwatch.GetTimestamp();
        if (_options.Clip is { } clip)
        {
            GradientClipping.ClipNorm(_model.Parameters, (float)clip, _gradientNorm);
        }

        if (_schedule is not null)
        {
            _optimizer.LearningRate = _schedule.RateAt(stepOfRun);
        }

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

    // What the network is shown of a batch.
    private Tensor Shown(Tensor images, ulong stream)
    {
        if (_noise is null)
        {
            return images;
        }

        _noiseStreams.Stream = stream;
        return _noise.AddTo(images, _noiseStreams);
    }

    // The losses of the steps since the last reading.
    private void ReadLosses(int epoch, int steps)
    {
        for (int step = _train.ReadLosses(steps); step < steps; step++)
        {
            float loss = _train.LossRead(step);
            if (!float.IsFinite(loss))
            {
                throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the loss became {loss} at step {step + 1} of epoch {epoch}"));
            }
        }
    }

    private TrainingDivergedException Diverged(string what) => new(string.Create(
        CultureInfo.InvariantCulture, $"Training: {what}. The learning rate {_options.LearningRate} is probably too high; try a tenth of it."));

    /// <summary>A dataset on the device: images as bytes, the order to take them in, and a place for each batch's loss.</summary>
    private sealed class ImageSet
    {
        private readonly int _batchSize;
        private readonly int[] _order;
        private readonly Tensor[] _lossOf;
        private readonly float[] _losses;
        private int _stepsRead;
        private double _lossSum;

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
            _losses = new float[BatchCount];
        }

        public int Count { get; }

        public int Pixels { get; }

        public int BatchCount => (int)(((long)Count + _batchSize - 1) / _batchSize);

        public DeviceMemory<byte> Images { get; }

        public DeviceMemory<int> Order { get; }

        public Tensor Losses { get; }

        public Tensor LossOf(int batch) => _lossOf[batch];

        public int BatchLength(int batch) => Math.Min(_batchSize, Count - (batch * _batchSize));

        /// <summary>Images whose losses have been read in this epoch.</summary>
        public int ImagesRead { get; private set; }

        /// <summary>The mean loss over them.</summary>
        public double MeanLossRead => _lossSum / ImagesRead;

        public void Shuffle(ulong seed, int epoch)
        {
            BatchOrder.Shuffle(seed, epoch, _order);
            Order.CopyFrom(_order);
            _stepsRead = 0;
            _lossSum = 0;
            ImagesRead = 0;
        }

        /// <summary>Reads the losses of the first steps, and says from which on they are new.</summary>
        public int ReadLosses(int steps)
        {
            int first = _stepsRead;
            for (int step = first; step < steps; step++)
            {
                if (Losses.Device is CpuDevice)
                {
                    _losses[step] = _lossOf[step].Item();
                }
                else if (step == first)
                {
                    Losses.CopyTo(_losses);
                }

                _lossSum += (double)_losses[step] * BatchLength(step);
                ImagesRead += BatchLength(step);
            }

            _stepsRead = steps;
            return first;
        }

        public float LossRead(int step) => _losses[step];

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
