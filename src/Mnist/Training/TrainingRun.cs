using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Pictures;
using Quern.Mnist.Report;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.Mnist.Training;

/// <summary>An autoencoder in training, with the history of its losses and the files that show how it went.</summary>
public sealed class TrainingRun
{
    private const int PictureColumns = 16;

    private readonly DataSplits _data;
    private readonly Device _device;
    private readonly Autoencoder _model;
    private readonly Trainer _trainer;
    private readonly List<EpochResult> _epochs = [];

    /// <summary>Makes an untrained autoencoder and gets the data ready.</summary>
    /// <param name="data">Images of 28x28 pixels.</param>
    /// <param name="device">Where the arithmetic is done.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">Seed of the initial weights and of the order of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its range.</exception>
    public TrainingRun(DataSplits data, Device device, RunOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        _data = data;
        _device = device;
        _model = new Autoencoder(new Generator(seed), options.Bottleneck, device);
        _trainer = new Trainer(_model, data, new() { BatchSize = options.BatchSize, LearningRate = options.LearningRate, Seed = seed });
        History = new()
        {
            Dataset = data.IsVerified || data.Name == "custom" ? data.Name : $"{data.Name} (unverified)",
            Device = device.Name,
            Threads = device is CpuDevice cpu ? cpu.ThreadCount : 1,
            Seed = seed,
            Options = options,
            Epochs = _epochs,
        };
    }

    /// <summary>The settings, and the epochs finished so far.</summary>
    public TrainingHistory History { get; }

    /// <summary>Where the time of the finished epochs went.</summary>
    public IReadOnlyList<TimeShare> TimeShares
    {
        get
        {
            var times = _trainer.Times;
            double known = times.MatMul + times.ElementWise + times.Optimizer + times.Data;
            return
            [
                new("Matrix products", times.MatMul),
                new("Element-wise", times.ElementWise),
                new("Optimizer", times.Optimizer),
                new("Data", times.Data),
                new("Other", Math.Max(0, _epochs.Sum(epoch => epoch.Seconds) - known)),
            ];
        }
    }

    /// <summary>Trains one more epoch, validates, and adds the result to the history.</summary>
    /// <inheritdoc cref="Trainer.TrainEpoch"/>
    public EpochResult TrainEpoch(Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var result = _trainer.TrainEpoch(progress, cancellationToken);
        _epochs.Add(result);
        return result;
    }

    /// <summary>
    /// Writes what was learned so far: <c>history.json</c>, <c>reconstructions.png</c>, <c>training.svg</c> and <c>report.html</c>.
    /// Each is written whole or not at all.
    /// </summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <returns>The names of the files.</returns>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public IReadOnlyList<string> WriteFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        var pictures = Reconstruct();
        var report = new TrainingReport { History = History, Origin = _data.Origin, Reconstructions = pictures, TimeShares = TimeShares };
        AtomicFile.Write(Path.Combine(folder, "history.json"), History.Write);
        AtomicFile.Write(Path.Combine(folder, "reconstructions.png"), pictures.WritePng);
        AtomicFile.WriteText(Path.Combine(folder, "training.svg"), LossChart.For(History).ToSvg());
        AtomicFile.WriteText(Path.Combine(folder, "report.html"), report.ToHtml());
        return ["history.json", "reconstructions.png", "training.svg", "report.html"];
    }

    /// <summary>The first validation images, each above its reconstruction.</summary>
    private ContactSheet Reconstruct()
    {
        int count = Math.Min(2 * PictureColumns, _data.Validation.Count);
        int columns = Math.Min(PictureColumns, count);
        int pixels = _data.Validation.Rows * _data.Validation.Columns;
        float[] originals = new float[count * pixels];
        for (int i = 0; i < originals.Length; i++)
        {
            originals[i] = _data.Validation.Images[i] / 255f;
        }

        _model.Eval();
        float[] reconstructions = _model.Forward(Tensor.From(originals, [count, pixels], _device)).ToArray();

        var sheet = new ContactSheet(2 * ((count + columns - 1) / columns), columns, _data.Validation.Columns, _data.Validation.Rows, scale: 3, rowsPerGroup: 2);
        for (int i = 0; i < count; i++)
        {
            sheet.Put(2 * (i / columns), i % columns, originals.AsSpan(i * pixels, pixels));
            sheet.Put((2 * (i / columns)) + 1, i % columns, reconstructions.AsSpan(i * pixels, pixels));
        }

        return sheet;
    }
}
