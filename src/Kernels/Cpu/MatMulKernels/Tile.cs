using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>What the micro-kernels do with the result: two vectors a row.</summary>
internal static unsafe class Tile<S, V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
    /// <summary>Asks for the tile's memory, so that it is there when the sums are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* tile, nint stride, int rows)
    {
        if (Sse.IsSupported)
        {
            for (int row = 0; row < rows; row++)
            {
                Sse.Prefetch0(tile);
                tile += stride;
            }
        }
    }

    /// <summary>Stores one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* row, V first, V second, bool accumulate)
    {
        if (accumulate)
        {
            first = S.Add(S.Load(row), first);
            second = S.Add(S.Load(row + S.Count), second);
        }

        S.Store(first, row);
        S.Store(second, row + S.Count);
    }
}
