using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>
/// When results are written past the caches. A store otherwise reads the line that it is about to fill, a third of the traffic of a sum of two
/// operands, and pushes out what others could use.
/// </summary>
internal static unsafe class Streaming
{
    // Results that with an operand are more than caches hold: 8 MiB.
    private const int LeastLength = 1 << 21;

    /// <summary>Whether it pays for a result of this length, which is none of the operands.</summary>
    public static bool Pays(int length, float* result, float* left, float* right) => length >= LeastLength && result != left && result != right;

    /// <summary>Whether it pays for what this formula gives.</summary>
    public static bool Pays<TOperator>(int length, float* result, float* left, float* right)
        where TOperator : struct, IOperator => TOperator.IsBoundByMemory && Pays(length, result, left, right);

    /// <summary>Whether whole vectors can be written from here on.</summary>
    public static bool IsAligned<S, V>(float* result)
        where S : struct, ISimd<V>
        where V : unmanaged => (nuint)result % (nuint)(S.Count * sizeof(float)) == 0;

    /// <summary>Called after a piece: the stores are not ordered among others, and threads that were told of them must see them.</summary>
    public static void End() => Thread.MemoryBarrier();
}
