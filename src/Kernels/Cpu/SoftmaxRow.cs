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
        V lowest = S.Broadcast(float.NegativeInfinity);
        V maxima = lowest;
        int i = 0;
        for (; i <= count - S.Count; i += S.Count)
        {
            maxima = S.Max(maxima, S.Load(x + i));
        }

        if (i < count)
        {
            maxima = S.Max(maxima, S.LoadPart(x + i, count - i, lowest));
        }

        return Lanes.Fold<MaximumOperator, S, V>(maxima);
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
                V power = ExpOperator.OfNonPositive<S, V>(S.Subtract(S.Load(x + i), shifts));
                S.Store(power, y + i);
                sums = S.Add(sums, power);
            }

            sum += S.Sum(sums);
        }

        if (i < count)
        {
            // What the row does not fill counts as 0.
            V power = ExpOperator.OfNonPositive<S, V>(S.Subtract(S.LoadPart(x + i, count - i, S.Broadcast(float.NegativeInfinity)), shifts));
            S.StorePart(power, y + i, count - i);
            sum += S.Sum(power);
        }

        return sum;
    }
}
