using System.Runtime.CompilerServices;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>From the lanes of a vector to one number.</summary>
internal static unsafe class Lanes
{
    // Not inlined: a vector whose address is taken lives in memory, which the loops around must not.

    /// <summary>The sum of the lanes, in double precision.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Sum<S, V>(V vector)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* lanes = (float*)&vector;
        double sum = 0;
        for (int i = 0; i < S.Count; i++)
        {
            sum += lanes[i];
        }

        return sum;
    }

    /// <summary>Adds each lane to a total of its own, in double precision.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddTo<S, V>(V vector, double* totals)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* lanes = (float*)&vector;
        for (int i = 0; i < S.Count; i++)
        {
            totals[i] += lanes[i];
        }
    }

    /// <summary>.NET's power, lane by lane: its special cases are many.</summary>
    // Optimised from the first call: the calls are short, and would run unoptimised for long.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Power<V>(V left, V right)
        where V : unmanaged
    {
        float* bases = (float*)&left;
        float* exponents = (float*)&right;
        for (int lane = 0; lane < sizeof(V) / sizeof(float); lane++)
        {
            bases[lane] = MathF.Pow(bases[lane], exponents[lane]);
        }

        return left;
    }

    /// <summary>The lanes combined, first to last.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Fold<TOperator, S, V>(V vector)
        where TOperator : struct, IBinaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* lanes = (float*)&vector;
        float result = lanes[0];
        for (int i = 1; i < S.Count; i++)
        {
            result = TOperator.Invoke<SimdScalar, float>(result, lanes[i]);
        }

        return result;
    }
}
