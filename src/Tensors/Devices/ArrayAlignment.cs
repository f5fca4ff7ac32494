using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

/// <summary>Where in a pinned array the memory of a tensor begins.</summary>
internal static class ArrayAlignment
{
    // The width of a cache line and of the widest vector.
    private const int Line = 64;

    // A load waits for an earlier store to the same place of another page. Where arrays begin at a page, a loop over several of them loads no
    // such place soon after it was stored.
    private const int Page = 4096;
    private const int LeastOfPages = 16 * Page;

    /// <summary>How many elements an array needs in addition, so that so many aligned ones fit into it.</summary>
    public static int Padding<T>(long length)
        where T : unmanaged => Alignment<T>(length) / Unsafe.SizeOf<T>();

    /// <summary>The first aligned element of an array of so many elements and the padding.</summary>
    public static unsafe int Start<T>(T[] array, long length)
        where T : unmanaged
    {
        int alignment = Alignment<T>(length);
        int before = (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) % (nuint)alignment);
        return (alignment - before) % alignment / Unsafe.SizeOf<T>();
    }

    private static int Alignment<T>(long length)
        where T : unmanaged => length * Unsafe.SizeOf<T>() < LeastOfPages ? Line : Page;
}
