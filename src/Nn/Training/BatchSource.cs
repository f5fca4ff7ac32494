using Quern.Kernels.Cpu;

namespace Quern.Nn;

/// <summary>Cuts samples into batches, in an order that follows from seed and epoch alone.</summary>
/// <remarks>One thread uses a source at a time. After the first epoch a source of this library allocates nothing.</remarks>
public abstract class BatchSource
{
    private readonly int[] _order;
    private readonly ulong? _shuffleSeed;

    /// <summary>Makes a source.</summary>
    /// <param name="sampleCount">How many samples there are: at least 1.</param>
    /// <param name="batchSize">Samples in a batch: at least 1. The last batch has what is left.</param>
    /// <param name="shuffleSeed">Chooses the order of the samples in each epoch; null to take them as they lie.</param>
    /// <param name="dropLast">Whether a last batch that is smaller than the others is left out.</param>
    /// <exception cref="ArgumentException">A number lies outside its range, or <paramref name="dropLast"/> would leave no batch.</exception>
    protected BatchSource(int sampleCount, int batchSize, ulong? shuffleSeed = null, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (dropLast && batchSize > sampleCount)
        {
            throw new ArgumentException(
                $"{GetType().Name}: {sampleCount} samples make no whole batch of {batchSize}, and dropLast leaves out what is smaller. Use a batch size of at most {sampleCount}.",
                nameof(batchSize));
        }

        _shuffleSeed = shuffleSeed;
        _order = new int[sampleCount];
        for (int i = 0; i < sampleCount; i++)
        {
            _order[i] = i;
        }

        BatchSize = batchSize;
        BatchCount = (int)((sampleCount + (dropLast ? 0 : batchSize - 1L)) / batchSize);
        SampleCount = (int)Math.Min(sampleCount, (long)BatchCount * batchSize);
    }

    /// <summary>Samples in every batch but the last.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in an epoch.</summary>
    public int BatchCount { get; }

    /// <summary>Samples in an epoch.</summary>
    public int SampleCount { get; }

    /// <summary>Whether each epoch has an order of its own.</summary>
    public bool IsShuffled => _shuffleSeed is not null;

    /// <summary>The epoch that was started last; zero before the first.</summary>
    protected int Epoch { get; private set; }

    /// <summary>The numbers of all samples in the order of the epoch.</summary>
    protected ReadOnlySpan<int> Order => _order;

    /// <summary>Samples in a batch.</summary>
    /// <param name="batch">Which, from 0.</param>
    public int BatchLength(int batch)
    {
        CheckBatch(batch);
        return Math.Min(BatchSize, SampleCount - (batch * BatchSize));
    }

    /// <summary>Samples in a part of a batch: as many as in the other parts, or one less.</summary>
    /// <param name="batch">Which batch, from 0.</param>
    /// <param name="part">Which part, from 0: the rank of a process.</param>
    /// <param name="parts">Into how many parts the batch is cut: at least 1. Where there are fewer samples, some parts have none.</param>
    public int BatchLength(int batch, int part, int parts) => PartStart(batch, part + 1, parts) - PartStart(batch, part, parts);

    /// <summary>Takes the order of an epoch. It follows from the seed and the epoch's number alone, so an epoch can be repeated.</summary>
    /// <param name="epoch">Its number: zero or more.</param>
    public void StartEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Epoch = epoch;
        if (_shuffleSeed is { } seed)
        {
            Philox.Permutation(seed, OrderStream(epoch), _order);
            OnOrderChanged();
        }
    }

    /// <summary>A batch of the epoch.</summary>
    /// <param name="batch">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public Batch Load(int batch)
    {
        CheckBatch(batch);
        return LoadBatch(batch, batch * BatchSize, BatchLength(batch));
    }

    /// <summary>A part of a batch of the epoch. The parts of all processes together are the batch, in its order.</summary>
    /// <inheritdoc cref="BatchLength(int, int, int)"/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch or part.</exception>
    /// <exception cref="InvalidOperationException">The part has no samples: see <see cref="BatchLength(int, int, int)"/>.</exception>
    public Batch Load(int batch, int part, int parts)
    {
        int length = BatchLength(batch, part, parts);
        return length > 0
            ? LoadBatch(batch, (batch * BatchSize) + PartStart(batch, part, parts), length)
            : throw new InvalidOperationException(
                $"{GetType().Name}.Load: batch {batch} has {BatchLength(batch)} samples, which leave none for part {part} of {parts}. Ask BatchLength first.");
    }

    /// <summary>The batches of an epoch, one after the other, for a loop of one's own.</summary>
    /// <param name="epoch">The epoch's number, which with the seed decides the order.</param>
    public IEnumerable<Batch> Batches(int epoch)
    {
        StartEpoch(epoch);
        for (int batch = 0; batch < BatchCount; batch++)
        {
            yield return Load(batch);
        }
    }

    /// <summary>Puts a batch together, or a part of one.</summary>
    /// <param name="batch">Which batch, from 0.</param>
    /// <param name="first">Where its samples begin in <see cref="Order"/>.</param>
    /// <param name="length">How many there are.</param>
    protected abstract Batch LoadBatch(int batch, int first, int length);

    /// <summary>Called after <see cref="Order"/> has changed.</summary>
    protected virtual void OnOrderChanged()
    {
    }

    // The stream of the seed's random numbers that an epoch's order is drawn from. Initial weights take streams from 0 up.
    internal static ulong OrderStream(int epoch) => (1UL << 32) + (ulong)epoch;

    // Where a part of a batch begins within it.
    private int PartStart(int batch, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, parts);
        return (int)((long)BatchLength(batch) * part / parts);
    }

    private void CheckBatch(int batch)
    {
        if ((uint)batch >= (uint)BatchCount)
        {
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"{GetType().Name}: there are {BatchCount} batches, numbered from 0.");
        }
    }
}
