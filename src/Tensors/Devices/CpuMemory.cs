using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>
/// Host memory: a managed array that never moves, so that kernels may hold pointers into it and the garbage collector
/// frees it. The first element lies on a 64-byte boundary, the width of a cache line and of the widest vector.
/// </summary>
internal sealed class CpuMemory<T> : DeviceMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] _array;
    private readonly int _start;

    public CpuMemory(Device device, long length)
        : base(device, length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int padding = Alignment / Unsafe.SizeOf<T>();
        if (length > Array.MaxLength - padding)
        {
            throw new ShapeException(
                $"Device cpu: {length} elements were asked for in one piece; it holds at most {Array.MaxLength - padding}. Use several tensors.");
        }

        _array = GC.AllocateArray<T>((int)length + padding, pinned: true);
        _start = AlignedStart(_array);
    }

    // Takes a caller's array as it is, where it lies.
    public CpuMemory(Device device, T[] array)
        : base(device, array.Length)
    {
        _array = array;
    }

    public Span<T> Span(long offset, long length) => _array.AsSpan(_start + checked((int)offset), checked((int)length));

    private protected override void CopyFromCore(ReadOnlySpan<T> source, long offset) => source.CopyTo(Span(offset, source.Length));

    private protected override void CopyToCore(Span<T> destination, long offset) => Span(offset, destination.Length).CopyTo(destination);

    private static unsafe int AlignedStart(T[] array)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)((Alignment - (address % Alignment)) % Alignment) / Unsafe.SizeOf<T>();
    }
}
