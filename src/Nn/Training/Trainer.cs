using System.Diagnostics;
using System.Globalization;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Trains a module: batch by batch, with validation after each epoch.</summary>
/// <remarks>
/// <para>The same seeds give the same losses to the bit, whatever the number of threads of the processor. A step allocates nothing after the
/// first epoch, as far as module, loss and optimizer do not.</para>
/// <para>Derive from it where the loss is not that of one output and one target: override <see cref="ForwardLoss"/>, <see cref="BackwardLoss"/>
/// and <see cref="EvaluateLoss"/>.</para>
/// </remarks>
public partial class Trainer
{
    // How often an asynchronous device is waited for.
    private const int StepsBetweenReadings = 64;

    private readonly Loss? _loss;
    private readonly Optimizer _optimizer;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Device _device;
    private readonly Tensor _gradientNorm;
    private readonly List<EpochReport> _history = [];
    private LossLog? _trainLog;
    private LossLog? _evaluationLog;
    private long _dataTicks;
    private long _passTicks;
    private long _optimizerTicks;
    private double _matMulSeconds;
    private bool _isStopped;

    /// <summary>Makes a trainer.</summary>
    /// <param name="module">What is trained. It works on the device of its parameters, and batches must lie there.</param>
    /// <param name="loss">What training lowers.</param>
    /// <param name="optimizer">What changes the parameters: made for those of the module.</param>
    /// <exception cref="ArgumentException">The module has no parameters.</exception>
    public Trainer(Module module, Loss loss, Optimizer optimizer)
        : this(module, optimizer, loss ?? throw new ArgumentNullException(nameof(loss)))
    {
    }

    /// <summary>Makes a trainer that computes its loss itself.</summary>
    /// <inheritdoc cref="Trainer(Module, Loss, Optimizer)"/>
    protected Trainer(Module module, Optimizer optimizer)
        : this(module, optimizer, loss: null)
    {
    }

    private Trainer(Module module, Optimizer optimizer, Loss? loss)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(optimizer);
        Module = module;
        _loss = loss;
        _optimizer = optimizer;
        _parameters = module.Parameters;
        if (_parameters.Count == 0)
        {
            throw new ArgumentException("Trainer: the module has no parameters, so there is nothing to train.", nameof(module));
        }

        _device = _parameters[0].Value.Device;
        _gradientNorm = Tensor.Zeros([], _device);
    }

    /// <summary>Called after each epoch, with what it gave.</summary>
    public event Action<EpochReport>? EpochEnded;

    /// <summary>What is trained.</summary>
    public Module Module { get; }

    /// <summary>What is computed of the outputs in each validation.</summary>
    public IReadOnlyList<Metric> Metrics
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [];

    /// <summary>The learning rate of each step, counted over all epochs from 0; null to leave it as it is. Nobody else is to step it.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The bound on the norm of all gradients together: a finite number above zero. Null for none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>When to end before all epochs are done; null for never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The number of epochs trained so far.</summary>
    public int Epoch { get; private set; }

    /// <summary>What the epochs of this trainer gave, in order.</summary>
    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>Where the time of the steps so far went.</summary>
    public TrainingTimes Times => new(
        Seconds(_dataTicks), _matMulSeconds, Math.Max(0, Seconds(_passTicks) - _matMulSeconds), Seconds(_optimizerTicks))
    {
        Communication = Seconds(_communicationTicks),
    };

    /// <summary>The losses of the last epoch's steps, in order; in an epoch that was cut short, the later ones are old.</summary>
    public IReadOnlyList<float> StepLosses => _trainLog?.ToArray() ?? [];

    private Loss Loss => _loss ?? throw new InvalidOperationException("Trainer: it was made without a loss. Override ForwardLoss, BackwardLoss and EvaluateLoss.");

    /// <summary>Trains for some epochs, and leaves the module in evaluation mode.</summary>
    /// <param name="training">The samples to train on.</param>
    /// <param name="epochs">How many epochs at most: at least 1.</param>
    /// <param name="validation">The samples to validate on after each epoch; null for none.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the training after the step under way; the module keeps what it has learned, and <see cref="History"/> has the whole epochs.</param>
    /// <returns>What each epoch gave.</returns>
    /// <exception cref="TrainingDivergedException">The training loss of a step or a validation loss is infinite or not a number.</exception>
    /// <exception cref="InvalidOperationException">There is <see cref="EarlyStopping"/>, but no validation.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    /// <exception cref="ProcessGroupException">The processes of the <see cref="ProcessGroup"/> have other modules, or their weights came apart.</exception>
    public IReadOnlyList<EpochReport> Fit(
        BatchSource training, int epochs, BatchSource? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (EarlyStopping is not null && validation is null)
        {
            throw new InvalidOperationException("Trainer.Fit: EarlyStopping watches the validation loss, and there is no validation. Give a source of validation batches.");
        }

        List<EpochReport> reports = [];
        _isStopped = false;
        while (reports.Count < epochs && !_isStopped)
        {
            EpochReport report = TrainEpoch(training, validation, progress, cancellationToken);
            reports.Add(report);
            _isStopped |= EarlyStopping?.EndsAfter(Module, report) ?? false;
            EpochEnded?.Invoke(report);
        }

        EarlyStopping?.Restore(Module);
        Module.Eval();
        return reports;
    }

    /// <summary>Lets <see cref="Fit"/> end after the epoch under way.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Trains on every sample once, and then validates.</summary>
    /// <inheritdoc cref="Fit"/>
    public EpochReport TrainEpoch(
        BatchSource training, BatchSource? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        int epoch = Epoch + 1;
        StartTogether(training);
        LossLog log = LogOf(ref _trainLog, training);
        Module.Train();
        long start = Stopwatch.GetTimestamp();
        training.StartEpoch(epoch);
        log.Clear();
        double normSum = 0;
        int normCount = 0;
        for (int step = 0; step < training.BatchCount; step++)
        {
            if (ProcessGroup is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            bool isMeasured = (step + 1) % StepsBetweenReadings == 0 || step + 1 == training.BatchCount;
            bool isCancelled = Step(training, log, epoch, step, isMeasured, cancellationToken);
            if (isMeasured)
            {
                normSum += _gradientNorm.Item();
                normCount++;
            }

            // Reading a loss is free on the processor; elsewhere the host would wait for the device.
            if (_device is CpuDevice || isMeasured)
            {
                ReadLosses(log, epoch, step + 1);
            }

            progress?.Report(new TrainingProgress(
                epoch, step + 1, training.BatchCount, (int)Math.Min((step + 1L) * training.BatchSize, training.SampleCount), log.SamplesRead == 0 ? null : log.Mean));
            if (isCancelled)
            {
                throw Cancelled(cancellationToken);
            }
        }

        EndTogether();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Evaluation? evaluation = validation is null ? null : Evaluate(validation, cancellationToken);
        if (evaluation is not null && !double.IsFinite(evaluation.Loss))
        {
            throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the validation loss was {evaluation.Loss} after the last step of epoch {epoch}"));
        }

        Epoch = epoch;
        EpochReport report = new(
            epoch, log.Mean, evaluation?.Loss, seconds, training.SampleCount / seconds, _optimizer.LearningRate, normSum / normCount, evaluation?.Metrics ?? new Dictionary<string, double>());
        _history.Add(report);
        return report;
    }

    /// <summary>Computes the mean loss and the metrics over samples, and leaves the module in evaluation mode.</summary>
    /// <param name="data">The samples, in the order of the source's last epoch.</param>
    /// <param name="cancellationToken">Ends the evaluation after the batch under way.</param>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(BatchSource data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        LossLog log = LogOf(ref _evaluationLog, data);
        Module.Eval();
        log.Clear();
        foreach (Metric metric in Metrics)
        {
            metric.Reset();
        }

        // With other processes nobody leaves before all have exchanged their losses.
        (int rank, int size) = ProcessGroup is { } group && Metrics.Count == 0 ? (group.Rank, group.Size) : (0, 1);
        for (int step = 0; step < data.BatchCount; step++)
        {
            if (ProcessGroup is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (data.BatchLength(step, rank, size) == 0)
            {
                continue;
            }

            Batch batch = data.Load(step, rank, size);
            if (EvaluateLoss(batch, log.LossOf(step)) is { } output)
            {
                foreach (Metric metric in Metrics)
                {
                    metric.Add(output, batch.Targets);
                }
            }
        }

        log.ReadUpTo(data.BatchCount);
        if (ProcessGroup is not null && log.Reduce(ProcessGroup, isSplit: Metrics.Count == 0, cancellationToken.IsCancellationRequested))
        {
            throw Cancelled(cancellationToken);
        }

        return new Evaluation(log.Mean, Metrics.ToDictionary(metric => metric.Name, metric => metric.Value));
    }

    /// <summary>Resumes after an epoch of another trainer, whose module and optimizer have been loaded into this one's.</summary>
    /// <param name="epoch">How many epochs had been trained: zero or more.</param>
    /// <remarks>The order of the samples follows from seed and epoch, so nothing else is needed to go on to the bit.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public void ResumeAfter(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Epoch = epoch;
    }

    /// <summary>Computes the loss of a training step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">The step, counted over all epochs from 0.</param>
    /// <param name="result">Where to write the loss: [1].</param>
    protected virtual void ForwardLoss(Batch batch, long step, Tensor result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Loss.Forward(Module.Forward(batch.Inputs), batch.Targets, result);
    }

    /// <summary>Backpropagates the last <see cref="ForwardLoss"/>: adds to the gradient of each parameter.</summary>
    protected virtual void BackwardLoss() => Module.BackwardParameters(Loss.Backward());

    /// <summary>Computes the loss of a batch in evaluation.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="result">Where to write the loss: [1].</param>
    /// <returns>The output for the metrics; null where there is none.</returns>
    protected virtual Tensor? EvaluateLoss(Batch batch, Tensor result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Tensor output = Module.Forward(batch.Inputs);
        Loss.Evaluate(output, batch.Targets, result);
        return output;
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    // Whether it was the last step of all processes.
    private bool Step(BatchSource training, LossLog log, int epoch, int step, bool isMeasured, CancellationToken cancellationToken)
    {
        long stepOfRun = ((epoch - 1L) * training.BatchCount) + step;
        double matMulBefore = (_device as CpuDevice)?.MatMulSeconds ?? 0;
        (int rank, int size) = ProcessGroup is { } group ? (group.Rank, group.Size) : (0, 1);
        int length = training.BatchLength(step, rank, size);
        Tensor loss = log.LossOf(step);
        long start = Stopwatch.GetTimestamp();
        long gathered = start;
        _optimizer.ZeroGradient();
        if (length > 0)
        {
            Batch batch = training.Load(step, rank, size);
            gathered = Stopwatch.GetTimestamp();
            ForwardLoss(batch, stepOfRun, loss);
            BackwardLoss();
        }

        long passed = Stopwatch.GetTimestamp();
        bool isCancelled = ProcessGroup is not null && ReduceStep(loss, (double)length / training.BatchLength(step), cancellationToken);
        long reduced = Stopwatch.GetTimestamp();
        if (ClipNorm is { } clip)
        {
            GradientClipping.ClipNorm(_parameters, (float)clip, _gradientNorm);
        }
        else if (isMeasured)
        {
            GradientClipping.Norm(_parameters, _gradientNorm);
        }

        if (Schedule is not null)
        {
            _optimizer.LearningRate = Schedule.RateAt(stepOfRun);
        }

        _optimizer.Step();
        _dataTicks += gathered - start;
        _passTicks += passed - gathered;
        _optimizerTicks += Stopwatch.GetTimestamp() - reduced;
        _matMulSeconds += ((_device as CpuDevice)?.MatMulSeconds ?? 0) - matMulBefore;
        return isCancelled;
    }

    // The losses of the steps since the last reading.
    private void ReadLosses(LossLog log, int epoch, int steps)
    {
        for (int step = log.ReadUpTo(steps); step < steps; step++)
        {
            float loss = log.Read(step);
            if (!float.IsFinite(loss))
            {
                throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the loss became {loss} at step {step + 1} of epoch {epoch}"));
            }
        }
    }

    private TrainingDivergedException Diverged(string what) => new(string.Create(
        CultureInfo.InvariantCulture, $"Training: {what}. The learning rate {Schedule?.BaseLearningRate ?? _optimizer.LearningRate} is probably too high; try a tenth of it."));

    private LossLog LogOf(ref LossLog? log, BatchSource source) =>
        log is not null && log.IsOf(source, _device) ? log : log = new LossLog(source, _device);
}
