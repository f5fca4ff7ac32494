using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The two passes over a row that softmax and cross entropy share.</summary>
internal static unsafe class SoftmaxRow
{
    /// <summary>The largest element of a row; NaN if any is.</summary>
    [MethodImpl(Jit.Loop)]
    public static float Max<S, V>(float* x, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float max = float.NegativeInfinity;
        int i = 0;
        if (count >= S.Count)
        {
            V maxima = S.Load(x);
            for (i = S.Count; i <= count - S.Count; i += S.Count)
            {
                maxima = S.Max(maxima, S.Load(x + i));
            }

            max = Lanes.Fold<MaximumOperator, S, V>(maxima);
        }

        for (; i < count; i++)
        {
            max = MathF.Max(max, x[i]);
        }

        return max;
    }

    /// <summary>y = exp(x - shift) for a row, and the sum of it.</summary>
    [MethodImpl(Jit.Loop)]
    public static double Exp<S, V>(float* x, float shift, float* y, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V shifts = S.Broadcast(shift);
        double sum = 0;
        int i = 0;
        while (i <= count - S.Count)
        {
            int end = Moments.BlockEnd<S, V>(i, count);
            V sums = S.Broadcast(0);
            for (; i < end; i += S.Count)
            {
                V power = ExpOperator.Invoke<S, V>(S.Subtract(S.Load(x + i), shifts));
                S.Store(power, y + i);
                sums = S.Add(sums, power);
            }

            sum += Lanes.Sum<S, V>(sums);
        }

        if (i < count)
        {
            // What the row does not fill counts as 0.
            V power = ExpOperator.Invoke<S, V>(S.Subtract(Partial.Load(x + i, count - i, S.Broadcast(float.NegativeInfinity)), shifts));
            Partial.Store(power, y + i, count - i);
            sum += Lanes.Sum<S, V>(power);
        }

        return sum;
    }
}
