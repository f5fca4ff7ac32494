using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>Where in a pinned array the memory of a tensor begins.</summary>
internal static class ArrayAlignment
{
    // The width of a cache line and of the widest vector.
    private const int Line = 64;

    // A load waits for a store shortly before it to the same place of another page, as far as the processor knows. Large arrays begin at four
    // places of a page in turns, 17 lines apart: further than a loop over several of them looks ahead, and not a multiple of common rows.
    private const int Page = 4096;
    private const int Places = 4;
    private const int Distance = 17 * Line;
    private const int LeastOfPages = 16 * Page;

    private static uint _turn;

    /// <summary>How many elements an array needs in addition, so that so many aligned ones fit into it.</summary>
    public static int Padding<T>(long length)
        where T : unmanaged => (IsLarge<T>(length) ? Page + ((Places - 1) * Distance) : Line) / Unsafe.SizeOf<T>();

    /// <summary>The first element to use of an array of so many elements and the padding.</summary>
    public static unsafe int Start<T>(T[] array, long length)
        where T : unmanaged
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        int start = IsLarge<T>(length)
            ? ToNext(Page, address) + (Distance * (int)(Interlocked.Increment(ref _turn) % Places))
            : ToNext(Line, address);
        return start / Unsafe.SizeOf<T>();
    }

    private static bool IsLarge<T>(long length)
        where T : unmanaged => length * Unsafe.SizeOf<T>() >= LeastOfPages;

    private static int ToNext(int boundary, nuint address) => (int)(((nuint)boundary - (address % (nuint)boundary)) % (nuint)boundary);
}
