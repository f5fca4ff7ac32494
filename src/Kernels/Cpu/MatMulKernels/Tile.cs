using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>What the micro-kernels do with the result: two vectors a row.</summary>
internal static unsafe class Tile<S, V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
    /// <summary>Asks for a row's memory, so that it is there when the sums are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* row)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(row);
        }
    }

    /// <summary>Adds what a row holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* row, ref V first, ref V second)
    {
        first = S.Add(S.Load(row), first);
        second = S.Add(S.Load(row + S.Count), second);
    }

    /// <summary>Stores a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* row, V first, V second)
    {
        S.Store(first, row);
        S.Store(second, row + S.Count);
    }
}
