using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Batches of a <see cref="TensorDataset"/>.</summary>
/// <remarks>
/// Without shuffling, on the device of the data set, a batch is a view of its rows and nothing is copied. Otherwise the rows are copied, as they
/// are asked for: the samples are in memory, and on the processor a thread that copied the next batch meanwhile would take as much from the step.
/// </remarks>
public sealed class DataLoader : BatchSource
{
    private readonly Device _device;
    private readonly Column _inputs;
    private readonly Column _targets;

    /// <summary>Makes a loader.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">Samples in a batch: at least 1. The last batch has what is left.</param>
    /// <param name="shuffleSeed">Chooses the order of the samples in each epoch; null to take them as they lie.</param>
    /// <param name="dropLast">Whether a last batch that is smaller than the others is left out.</param>
    /// <param name="device">Where batches lie; that of the data set if not given.</param>
    /// <exception cref="ArgumentException"><paramref name="batchSize"/> is less than 1, or <paramref name="dropLast"/> would leave no batch.</exception>
    public DataLoader(TensorDataset data, int batchSize, ulong? shuffleSeed = null, bool dropLast = false, Device? device = null)
        : base((data ?? throw new ArgumentNullException(nameof(data))).Count, batchSize, shuffleSeed, dropLast)
    {
        _device = device ?? data.Inputs.Device;
        bool areViews = !IsShuffled && _device == data.Inputs.Device;
        _inputs = new Column(data.Inputs, areViews, BatchCount);
        _targets = new Column(data.Targets, areViews, BatchCount);
    }

    /// <inheritdoc/>
    protected override Batch LoadBatch(int batch, int first, int length) =>
        new(Load(_inputs, batch, first, length), Load(_targets, batch, first, length));

    private Tensor Load(Column column, int batch, int first, int length)
    {
        if (column.Views is { } views)
        {
            (int First, Tensor Rows)? view = views[batch];
            if (view is not { } known || known.First != first || known.Rows.Shape[0] != length)
            {
                views[batch] = view = (first, column.Source.Rows(first, length));
            }

            return view.Value.Rows;
        }

        Tensor result = column.Memory.Get(column.Source.Shape.With(0, length), _device);
        ReadOnlySpan<int> rows = Order.Slice(first, length);
        if (_device is CpuDevice)
        {
            SampleRows.Copy(column.Source.AsReadOnlySpan(), rows, result.AsSpan());
            return result;
        }

        Span<float> staging = column.Staging(checked((int)result.ElementCount));
        SampleRows.Copy(column.Source.AsReadOnlySpan(), rows, staging);
        result.CopyFrom(staging);
        return result;
    }

    /// <summary>The inputs or the targets.</summary>
    private sealed class Column(Tensor source, bool areViews, int batches)
    {
        private float[] _staging = [];

        // Rows are picked on the processor.
        public Tensor Source { get; } = areViews ? source : source.To(Device.Cpu);

        // The rows of each batch, or of the part of it that was asked for last.
        public (int First, Tensor Rows)?[]? Views { get; } = areViews ? new (int, Tensor)?[batches] : null;

        public Workspace Memory { get; } = new();

        public Span<float> Staging(int length)
        {
            if (_staging.Length < length)
            {
                _staging = new float[length];
            }

            return _staging.AsSpan(0, length);
        }
    }
}
