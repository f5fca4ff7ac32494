using System.Runtime.CompilerServices;

namespace Quern.Kernels;

/// <summary>A row of elements in a <see cref="GpuBuffer"/>: what a launcher takes where the kernel has a view.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly struct GpuView<T>
    where T : unmanaged
{
    /// <summary>Makes a view.</summary>
    /// <param name="buffer">The memory.</param>
    /// <param name="offset">The first element, counted in elements from the buffer's start.</param>
    /// <param name="length">The number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The elements do not lie in the buffer.</exception>
    public GpuView(GpuBuffer buffer, long offset, long length)
    {
        long elements = buffer.ByteCount / Unsafe.SizeOf<T>();
        if (offset < 0 || length < 0 || offset > elements - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length),
                $"GpuView: elements {offset} to {offset + length} were asked for; the buffer holds {elements} of type {typeof(T).Name}.");
        }

        Buffer = buffer;
        Offset = offset;
        Length = length;
    }

    /// <summary>The memory.</summary>
    public GpuBuffer Buffer { get; }

    /// <summary>The first element, counted in elements from the buffer's start.</summary>
    public long Offset { get; }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>The part that starts at element <paramref name="start"/> of this view.</summary>
    /// <param name="start">The first element of the part.</param>
    /// <param name="length">The number of elements of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in this view.</exception>
    public GpuView<T> Slice(long start, long length)
    {
        if (start < 0 || length < 0 || start > Length - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Slice: elements {start} to {start + length} were asked for; the view has {Length}.");
        }

        return new GpuView<T>(Buffer, Offset + start, length);
    }
}
