using Quern.Tensors;

namespace Quern.Mnist.Data;

/// <summary>Grey images and their class labels.</summary>
public sealed class Dataset
{
    private readonly byte[] _images;
    private readonly byte[] _labels;

    /// <summary>Makes a dataset over the arrays, which it keeps.</summary>
    /// <param name="images">[count, rows * columns], 0 for background to 255 for full ink.</param>
    /// <param name="labels">[count], each below <paramref name="classCount"/>.</param>
    /// <param name="rows">Rows of an image.</param>
    /// <param name="columns">Columns of an image.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or a label is out of range.</exception>
    public Dataset(byte[] images, byte[] labels, int rows, int columns, int classCount)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classCount);
        if ((long)labels.Length * rows * columns != images.Length)
        {
            throw new ArgumentException(
                $"Dataset: {labels.Length:N0} labels need {labels.Length:N0} x {rows} x {columns} image bytes, but {images.Length:N0} were given.",
                nameof(images));
        }

        if (classCount < 256 && labels.AsSpan().ContainsAnyInRange((byte)classCount, byte.MaxValue))
        {
            throw new ArgumentException($"Dataset: a label is not below the number of classes, {classCount}.", nameof(labels));
        }

        _images = images;
        _labels = labels;
        Rows = rows;
        Columns = columns;
        ClassCount = classCount;
    }

    /// <summary>The number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>Rows of an image.</summary>
    public int Rows { get; }

    /// <summary>Columns of an image.</summary>
    public int Columns { get; }

    /// <summary>How many classes there are; labels lie below.</summary>
    public int ClassCount { get; }

    /// <summary>All images, [<see cref="Count"/>, <see cref="Rows"/> * <see cref="Columns"/>], 0 for background to 255 for full ink.</summary>
    public ReadOnlySpan<byte> Images => _images;

    /// <summary>All labels, [<see cref="Count"/>].</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    // For a device that takes the array as it is; nobody writes to it.
    internal byte[] ImageArray => _images;

    /// <summary>One image, [<see cref="Rows"/> * <see cref="Columns"/>].</summary>
    /// <param name="index">Which, below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not the index of an image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _images.AsSpan(index * Rows * Columns, Rows * Columns);
    }

    /// <summary>Images as a network takes them.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many: at least 1.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <returns>[count, <see cref="Rows"/> * <see cref="Columns"/>], from 0 for background to 1 for full ink.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many images.</exception>
    public Tensor ToTensor(int first, int count, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count - count);
        int pixels = Rows * Columns;
        float[] values = new float[checked(count * pixels)];
        CopyTo(values, first);
        return Tensor.From(values, [count, pixels], device);
    }

    // As ToTensor gives them, as many as there is room for.
    internal void CopyTo(Span<float> values, int first)
    {
        ReadOnlySpan<byte> pixels = _images.AsSpan(first * Rows * Columns, values.Length);
        for (int i = 0; i < pixels.Length; i++)
        {
            values[i] = pixels[i] / 255f;
        }
    }
}
