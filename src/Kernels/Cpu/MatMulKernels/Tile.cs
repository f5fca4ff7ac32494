using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>How a micro-kernel leaves one row of its tile: two vectors.</summary>
internal static unsafe class Tile<S, V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
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
