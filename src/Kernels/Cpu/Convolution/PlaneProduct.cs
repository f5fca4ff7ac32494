using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>The sums of a correlation for one channel of the result. The vectors run over neighbouring positions.</summary>
internal static unsafe class PlaneProduct
{
    /// <summary>How many numbers after the source and after the result a run may touch.</summary>
    public static int Slack(SimdTier tier) => 8 * (tier == SimdTier.Scalar ? 1 : 2 << (int)tier);

    /// <summary>result[i] = start + Σ weights[t] · source[i + taps[t]].</summary>
    /// <param name="source">What the first tap of position 0 would see at place 0.</param>
    /// <param name="length">How many positions there are.</param>
    /// <param name="taps">Where each tap lies.</param>
    /// <param name="count">How many taps there are.</param>
    /// <param name="weights">The weight of each tap.</param>
    /// <param name="start">What the sums begin with.</param>
    /// <param name="result">The sums.</param>
    [MethodImpl(Jit.Loop)]
    public static void Run<S, V>(float* source, int length, int* taps, int count, float* weights, float start, float* result)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Eight sums are what keeps two multiply-add units busy.
        for (nint i = 0; i < length; i += 8 * S.Count)
        {
            V sum0 = S.Broadcast(start);
            V sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
            for (nint tap = 0; tap < count; tap++)
            {
                float* from = source + i + taps[tap];
                V weight = S.Broadcast(weights[tap]);
                sum0 = S.MultiplyAdd(S.Load(from), weight, sum0);
                sum1 = S.MultiplyAdd(S.Load(from + S.Count), weight, sum1);
                sum2 = S.MultiplyAdd(S.Load(from + (2 * S.Count)), weight, sum2);
                sum3 = S.MultiplyAdd(S.Load(from + (3 * S.Count)), weight, sum3);
                sum4 = S.MultiplyAdd(S.Load(from + (4 * S.Count)), weight, sum4);
                sum5 = S.MultiplyAdd(S.Load(from + (5 * S.Count)), weight, sum5);
                sum6 = S.MultiplyAdd(S.Load(from + (6 * S.Count)), weight, sum6);
                sum7 = S.MultiplyAdd(S.Load(from + (7 * S.Count)), weight, sum7);
            }

            float* to = result + i;
            S.Store(sum0, to);
            S.Store(sum1, to + S.Count);
            S.Store(sum2, to + (2 * S.Count));
            S.Store(sum3, to + (3 * S.Count));
            S.Store(sum4, to + (4 * S.Count));
            S.Store(sum5, to + (5 * S.Count));
            S.Store(sum6, to + (6 * S.Count));
            S.Store(sum7, to + (7 * S.Count));
        }
    }
}
