using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>Host memory: a managed array, so that the garbage collector frees it.</summary>
/// <remarks>
/// The array never moves, and its first element lies on a boundary of a cache line (<see cref="ArrayAlignment"/>). Only small results of
/// operations are ordinary arrays, and a caller's own array lies where it lies.
/// </remarks>
internal sealed class CpuMemory<T> : DeviceMemory<T>
    where T : unmanaged
{
    private readonly T[] _array;
    private readonly int _start;
    private ResultPool.Block? _block;

    public CpuMemory(Device device, long length, bool cleared = true)
        : base(device, length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int padding = ArrayAlignment.Padding<T>(length);
        if (length > Array.MaxLength - padding)
        {
            throw new ShapeException(
                $"Device cpu: {length} elements were asked for in one piece; it holds at most {Array.MaxLength - padding}. Use several tensors.");
        }

        _array = cleared
            ? GC.AllocateArray<T>((int)length + padding, pinned: true)
            : GC.AllocateUninitializedArray<T>((int)length + padding, pinned: true);
        _start = ArrayAlignment.Start(_array, length);
        IsPinned = true;
    }

    // Takes an array as it is, where it lies.
    public CpuMemory(Device device, T[] array)
        : base(device, array.Length)
    {
        _array = array;
    }

    // Memory of the pool, whose array is that of the block.
    public CpuMemory(Device device, T[] array, long length, ResultPool.Block block)
        : base(device, length)
    {
        _array = array;
        _start = block.Start;
        _block = block;
        IsPinned = true;
        block.HandTo(this);
    }

    /// <summary>Whether the array stays where it is.</summary>
    public bool IsPinned { get; }

    /// <summary>The elements. They go back to the pool when nothing refers to this object, which the caller sees to.</summary>
    public Span<T> Span(long offset, long length) => _array.AsSpan(_start + checked((int)offset), checked((int)length));

    /// <summary>The elements for as long as the caller likes: a span keeps its array alive, but not this object, so the pool lets go of it.</summary>
    public Span<T> LastingSpan(long offset, long length)
    {
        Interlocked.Exchange(ref _block, null)?.Abandon();
        return Span(offset, length);
    }

    /// <summary>Holds an array in place that may move.</summary>
    public GCHandle Pin() => GCHandle.Alloc(_array, GCHandleType.Pinned);

    internal override void Release()
    {
        Interlocked.Exchange(ref _block, null)?.Release();
        GC.KeepAlive(this);
    }

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long offset)
    {
        source.CopyTo(Span(offset, source.Length));
        GC.KeepAlive(this);
    }

    private protected override void CopyToCore(Span<T> destination, long offset)
    {
        Span(offset, destination.Length).CopyTo(destination);
        GC.KeepAlive(this);
    }
}
