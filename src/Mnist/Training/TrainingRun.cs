using System.Globalization;
using System.Text;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>An autoencoder in training, with the history of its losses. What shows how it went is written by <c>RunFiles</c> of the report.</summary>
public sealed class TrainingRun
{
    /// <summary>The name of the best model's file.</summary>
    public const string BestFileName = "best.safetensors";

    /// <summary>The name of the last model's file.</summary>
    public const string ModelFileName = "model.safetensors";

    private readonly DataSplits _data;
    private readonly ProcessGroup? _processGroup;
    private readonly ImageAutoencoder _model;
    private readonly AutoencoderTrainer _trainer;
    private readonly Snapshot _lastWhole;
    private readonly TrainingHistory _history;
    private readonly List<EpochResult> _epochs = [];
    private readonly HashSet<string> _folders = [];
    private TrainingTimes _times;
    private double _timedSeconds;
    private string? _dataHash;
    private bool _isBegun;

    // The file that holds the best model so far, and its loss.
    private string? _best;
    private double _bestLoss = double.PositiveInfinity;

    /// <summary>Makes an untrained autoencoder and gets the data ready.</summary>
    /// <param name="data">Images of 28x28 pixels.</param>
    /// <param name="device">The device that does the arithmetic.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">Seed of the initial weights and of the order of the images.</param>
    /// <param name="processGroup">
    /// The processes that train together, each on its part of every batch (<see cref="Trainer.ProcessGroup"/>); null for this one alone. All make the same run, and
    /// resume it from the same checkpoint, which may be one of another number of processes.
    /// </param>
    /// <exception cref="ArgumentException">A setting lies outside its range, or does not go with another; the message says which.</exception>
    public TrainingRun(DataSplits data, Device device, RunOptions options, ulong seed, ProcessGroup? processGroup = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Training.Epochs is < 1 or > RunOptions.MaxEpochs)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Training.Epochs, $"TrainingRun: {options.Training.Epochs} epochs are asked for; expected 1 to {RunOptions.MaxEpochs}.");
        }

        _data = data;
        _processGroup = processGroup;
        _model = ImageAutoencoder.Create(options.Model, new Generator(seed), options.Network, device);
        _trainer = new AutoencoderTrainer(_model, data, options.Training, seed, processGroup);
        _lastWhole = new Snapshot(_model, _trainer.Optimizer);
        _history = new()
        {
            Dataset = data.IsVerified || data.Name == "custom" ? data.Name : $"{data.Name} (unverified)",
            Data = data.Directory,
            TransposeImages = data.TransposeImages,
            Ink = data.Ink,
            Device = device.Name,
            Threads = device is CpuDevice cpu ? cpu.ThreadCount : 1,
            Processes = processGroup is { Size: > 1 } ? processGroup.Size : null,
            Seed = seed,
            Options = options,
            Epochs = _epochs,
        };
    }

    /// <summary>The settings, and the epochs finished so far.</summary>
    public TrainingHistory History => _epochs.Count == 0 ? _history : _history with { Times = _times };

    /// <summary>The network. Between two epochs its weights are those of the last whole one.</summary>
    public ImageAutoencoder Model => _model;

    /// <summary>The images.</summary>
    internal DataSplits Data => _data;

    /// <summary>Whether all epochs are done, or so many brought no lower validation loss that the <see cref="TrainerOptions.Patience"/> is over.</summary>
    public bool IsFinished => _epochs.Count >= _history.Options.Training.Epochs || _history.HasRunOutOfPatience;

    /// <summary>The finished epoch with the lowest validation loss; null before the first.</summary>
    public EpochResult? Best => _epochs.MinBy(epoch => epoch.ValidationLoss);

    /// <summary>Where the time of the epochs went: of all of them, where the checkpoint that a run was resumed from says so.</summary>
    public IReadOnlyList<TimeShare> TimeShares =>
    [
        new("Matrix products", _times.MatMul),
        new(_model.Kind == ModelKind.Conv ? "Convolutions and element-wise" : "Element-wise", _times.ElementWise),
        new("Optimizer", _times.Optimizer),
        new("Data", _times.Data),
        new("Other", Math.Max(0, _timedSeconds - _times.Total)),
        .. _times.Communication > 0 ? (TimeShare[])[new("Communication", _times.Communication)] : [],
    ];

    /// <summary>Trains one more epoch, validates, and adds the result to the history.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the epoch after the step under way.</param>
    /// <exception cref="TrainingDivergedException">The training loss of a step or the validation loss is infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">The epoch was cancelled.</exception>
    /// <exception cref="ProcessGroupException">The processes have other settings, seeds, images or weights. It is thrown in all of them.</exception>
    /// <remarks>An epoch that is not finished leaves no trace: after an exception the weights and the optimizer are those of the last whole epoch.</remarks>
    public EpochResult TrainEpoch(Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var before = _trainer.Times;
        EpochResult result;
        try
        {
            CheckProcesses();
            result = _trainer.TrainEpoch(progress, cancellationToken);
        }
        catch
        {
            _lastWhole.Restore();
            throw;
        }

        _lastWhole.Take();
        _times += _trainer.Times - before;
        _timedSeconds += result.Seconds;
        _epochs.Add(result);
        return result;
    }

    /// <summary>Resumes from a checkpoint. On the same kind of device the result is that of a run that never stopped, to the last bit.</summary>
    /// <param name="checkpoint">A checkpoint of a run with the same data, seed and options; only the number of epochs may be higher, and the patience another.</param>
    /// <exception cref="InvalidOperationException">This run has begun already.</exception>
    /// <exception cref="StateFileException">The checkpoint belongs to another run; the message says how it differs. This run cannot be used any more.</exception>
    public void Resume(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (_epochs.Count > 0)
        {
            throw new InvalidOperationException("TrainingRun.Resume: this run has trained already. Resume with a new one.");
        }

        var then = checkpoint.History;
        CheckSame("data set", then.Dataset, History.Dataset);
        CheckSame("seed", then.Seed, History.Seed);
        var (before, now) = (then.Options, History.Options);
        foreach (var (name, first, second) in RunOptions.Differences(before with { Training = before.Training with { Epochs = now.Training.Epochs, Patience = now.Training.Patience } }, now))
        {
            throw Trained(name.Replace('_', ' '), first, second);
        }

        if (LearningRateSchedules.DependsOnEpochs(now.Training.Schedule) && before.Training.Epochs != now.Training.Epochs)
        {
            throw Differs(
                $"has a {Names.Of(now.Training.Schedule)} schedule over {before.Training.Epochs} epochs, and {now.Training.Epochs} are asked for; its learning rates would have been others", "Ask for as many");
        }

        if (checkpoint.DataHash != (_dataHash ??= _data.ImageHash()))
        {
            throw Differs("was trained on other images than these", "Give the same ones");
        }

        long steps = (long)then.Epochs.Count * _trainer.StepsPerEpoch;
        if (checkpoint.StepCount != steps)
        {
            throw new StateFileException(string.Create(
                CultureInfo.InvariantCulture, $"Resume: '{checkpoint.Path}' cannot be used. It says that its optimizer took {checkpoint.StepCount} steps, and {then.Epochs.Count} epochs of these images take {steps}. Start a new run."));
        }

        if (now.Training.Epochs < then.Epochs.Count)
        {
            throw Differs($"has {then.Epochs.Count} epochs behind it, and {now.Training.Epochs} are asked for", "Ask for as many or more");
        }

        try
        {
            _model.Load(checkpoint.Model);
            _trainer.Optimizer.LoadState(checkpoint.Optimizer, checkpoint.StepCount);
        }
        catch (StateFileException error)
        {
            throw new StateFileException($"Resume: '{checkpoint.Path}' cannot be used. {error.Message}", error);
        }

        _lastWhole.Take();
        _trainer.ResumeAfter(then.Epochs.Count);
        _epochs.AddRange(then.Epochs);
        if (then.Times is { } times)
        {
            _times = times;
            _timedSeconds = then.Epochs.Sum(epoch => epoch.Seconds);
        }

        string best = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path))!, BestFileName);
        if (Holds(best, Best!))
        {
            _best = best;
            _bestLoss = Best!.ValidationLoss;
        }

        void CheckSame<T>(string what, T before, T now)
        {
            if (!EqualityComparer<T>.Default.Equals(before, now))
            {
                throw Trained(what, before, now);
            }
        }

        StateFileException Trained<T>(string what, T before, T now) =>
            Differs(string.Create(CultureInfo.InvariantCulture, $"was trained with {what} {before}, and {now} is asked for"), "Ask for the same");

        StateFileException Differs(string difference, string remedy) =>
            new($"Resume: '{checkpoint.Path}' {difference}. {remedy}, or start a new run.");
    }

    /// <summary>
    /// To be called after each epoch: keeps the model with the lowest validation loss so far as <c>best.safetensors</c>, and
    /// after every so many epochs and the last one the run itself as <c>checkpoint.safetensors</c>. Each is written whole or not at all.
    /// </summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="every">Epochs from one checkpoint to the next: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">No epoch has been finished.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void KeepCheckpoint(string folder, int every = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        if (_epochs.Count == 0)
        {
            throw new InvalidOperationException("TrainingRun.KeepCheckpoint: no epoch has been finished. Call it after TrainEpoch.");
        }

        Prepare(folder);
        KeepBest(Path.Combine(folder, BestFileName));
        if (_epochs.Count % every == 0 || IsFinished)
        {
            Checkpoint.Write(Path.Combine(folder, Checkpoint.FileName), _model, _trainer.Optimizer, History, _dataHash ??= _data.ImageHash(), Notes());
        }
    }

    // Before the first epoch: the same run in all processes.
    private void CheckProcesses()
    {
        if (_processGroup is null || _isBegun)
        {
            return;
        }

        string run = new TrainingHistory { Dataset = "", Device = "", Threads = 0, Seed = History.Seed, Options = History.Options, Epochs = [] }.ToJson();
        _processGroup.CheckSame("settings or seeds", Encoding.UTF8.GetBytes(run));
        _processGroup.CheckSame("images", Encoding.UTF8.GetBytes(_dataHash ??= _data.ImageHash()));
        _isBegun = true;
    }

    // Whether a file is the model after an epoch of this run.
    private static bool Holds(string path, EpochResult epoch)
    {
        try
        {
            return File.Exists(path) && RunNotes.AreOf(SafeTensors.Read(path).Metadata, epoch);
        }
        catch (Exception error) when (error is StateFileException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Makes the folder, and takes away what a run left there that was killed as it wrote.
    private void Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        if (_folders.Add(Path.GetFullPath(folder)))
        {
            foreach (string name in (string[])[BestFileName, Checkpoint.FileName])
            {
                AtomicFile.DeleteLeftovers(Path.Combine(folder, name));
            }
        }
    }

    private void KeepBest(string path)
    {
        if (_epochs[^1].ValidationLoss < _bestLoss)
        {
            SaveModel(path);
            _bestLoss = _epochs[^1].ValidationLoss;
        }
        else if (Path.GetFullPath(path) != _best)
        {
            // It lies in another folder: that of the checkpoint, or the one that was asked for before.
            AtomicFile.Write(path, stream =>
            {
                using var source = File.OpenRead(_best!);
                source.CopyTo(stream);
            });
        }

        _best = Path.GetFullPath(path);
    }

    /// <summary>What is measured in the end.</summary>
    internal TrainingFigures Measure()
    {
        double? probe = LinearProbe.Accuracy(_model, _data);
        if (History.Options.Training.Denoise is null)
        {
            return new() { ProbeAccuracy = probe };
        }

        var (noisy, reconstructed) = _trainer.ValidationErrors();
        return new() { ProbeAccuracy = probe, NoisyPsnr = Psnr(noisy), ReconstructedPsnr = Psnr(reconstructed) };

        // Null for images that are equal, whose ratio is infinite, and for those that are no numbers.
        static double? Psnr(double meanSquaredError) => 10 * Math.Log10(1 / meanSquaredError) is var ratio && double.IsFinite(ratio) ? ratio : null;
    }

    /// <summary>Writes the model as it is after the last epoch, with the notes of this run.</summary>
    internal void SaveModel(string path) => _model.Save(path, Notes());

    private Dictionary<string, string> Notes() => RunNotes.Of(_model, History, _trainer.Optimizer.StepCount);
}
