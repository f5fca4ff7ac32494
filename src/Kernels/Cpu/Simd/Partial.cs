using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>Vectors of which only some lanes are read or written, by copying: for processors without an instruction for it.</summary>
internal static unsafe class Partial
{
    // Not inlined: a vector whose address is taken lives in memory, which the loops around must not.

    /// <summary>Reads fewer floats than a vector holds; the other lanes are those of <paramref name="vector"/>.</summary>
    [MethodImpl(Jit.Loop)]
    public static V Load<V>(float* source, int count, V vector)
        where V : unmanaged
    {
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>((float*)&vector, sizeof(V) / sizeof(float)));
        return vector;
    }

    /// <summary>Writes fewer floats than a vector holds: its first lanes, or those from another one on.</summary>
    [MethodImpl(Jit.Loop)]
    public static void Store<V>(V vector, float* destination, int count, int first = 0)
        where V : unmanaged
    {
        new ReadOnlySpan<float>((float*)&vector + first, count).CopyTo(new Span<float>(destination, count));
    }
}
