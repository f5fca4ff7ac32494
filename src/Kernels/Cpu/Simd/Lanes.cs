using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>From the lanes of a vector to one number.</summary>
internal static unsafe class Lanes
{
    // Not inlined: a vector whose address is taken lives in memory, which the loops around must not. Two vectors go in one call, since one that
    // waits for the other's is kept in memory as well.

    /// <summary>The sums of the lanes of four vectors, in single precision.</summary>
    [MethodImpl(Jit.Loop)]
    public static void Sum<S, V>(V a, V b, V c, V d, float* sums)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        if (S.Count < Vector128<float>.Count)
        {
            S.Store(a, sums);
            S.Store(b, sums + 1);
            S.Store(c, sums + 2);
            S.Store(d, sums + 3);
            return;
        }

        // Transposed, a group's lanes are the four vectors, and the groups are what is left to add.
        Groups.Transpose<S, V>(ref a, ref b, ref c, ref d);
        V all = S.Add(S.Add(a, b), S.Add(c, d));
        float* groups = (float*)&all;
        Vector128<float> sum = Vector128.Load(groups);
        for (int lane = Vector128<float>.Count; lane < S.Count; lane += Vector128<float>.Count)
        {
            sum += Vector128.Load(groups + lane);
        }

        Vector128.Store(sum, sums);
    }

    /// <summary>Adds each lane of two vectors to a total of its own, in double precision; those of the second vector follow those of the first.</summary>
    [MethodImpl(Jit.Loop)]
    public static void AddTo<S, V>(V first, V second, double* totals)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* firstLanes = (float*)&first, secondLanes = (float*)&second;
        for (int i = 0; i < S.Count; i++)
        {
            totals[i] += firstLanes[i];
            totals[S.Count + i] += secondLanes[i];
        }
    }

    /// <summary>The lanes combined, every fourth one first.</summary>
    [MethodImpl(Jit.Loop)]
    public static float Fold<TOperator, S, V>(V vector)
        where TOperator : struct, IBinaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* lanes = (float*)&vector;
        if (S.Count < Vector128<float>.Count)
        {
            return lanes[0];
        }

        Vector128<float> result = Vector128.Load(lanes);
        for (int lane = Vector128<float>.Count; lane < S.Count; lane += Vector128<float>.Count)
        {
            result = TOperator.Invoke<Simd128, Vector128<float>>(result, Vector128.Load(lanes + lane));
        }

        return TOperator.Invoke<SimdScalar, float>(
            TOperator.Invoke<SimdScalar, float>(result[0], result[1]), TOperator.Invoke<SimdScalar, float>(result[2], result[3]));
    }
}
