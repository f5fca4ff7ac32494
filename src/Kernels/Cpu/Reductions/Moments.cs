using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>Sums from which means and variances are made.</summary>
internal static unsafe class Moments
{
    // Floats are added in blocks of so many vectors; the blocks are added in double precision.
    private const int VectorsPerBlock = 64;

    /// <summary>The mean of a row, and the mean of the squared distances from it.</summary>
    public static (float Mean, double Variance) OfRow<S, V>(float* x, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Distances from one of the row's own numbers are small beside a large mean, so that their sum keeps more digits.
        double distances = DistanceSum<S, V>(x, x[0], count);
        float mean = (float)(double.IsFinite(distances) ? x[0] + (distances / count) : WideSum(x, count) / count);
        return (mean, SquareSum<S, V>(x, mean, count) / count);
    }

    /// <summary>The sum of a row.</summary>
    [MethodImpl(Jit.Loop)]
    public static double Sum<S, V>(float* x, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        double total = 0;
        int i = 0;
        while (i <= count - S.Count)
        {
            int end = BlockEnd<S, V>(i, count);
            V sum = S.Broadcast(0);
            for (; i < end; i += S.Count)
            {
                sum = S.Add(sum, S.Load(x + i));
            }

            total += S.Sum(sum);
        }

        for (; i < count; i++)
        {
            total += x[i];
        }

        return double.IsFinite(total) ? total : WideSum(x, count);
    }

    /// <summary>The sum of x - origin over a row; not finite where a part of it is more than a float can hold.</summary>
    [MethodImpl(Jit.Loop)]
    private static double DistanceSum<S, V>(float* x, float origin, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V origins = S.Broadcast(origin);
        double total = 0;
        int i = 0;
        while (i <= count - S.Count)
        {
            int end = BlockEnd<S, V>(i, count);
            V sum = S.Broadcast(0);
            for (; i < end; i += S.Count)
            {
                sum = S.Add(sum, S.Subtract(S.Load(x + i), origins));
            }

            total += S.Sum(sum);
        }

        for (; i < count; i++)
        {
            total += (double)x[i] - origin;
        }

        return total;
    }

    /// <summary>The sum of (x - center)² over a row.</summary>
    [MethodImpl(Jit.Loop)]
    public static double SquareSum<S, V>(float* x, float center, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V centers = S.Broadcast(center);
        double total = 0;
        int i = 0;
        while (i <= count - S.Count)
        {
            int end = BlockEnd<S, V>(i, count);
            V sum = S.Broadcast(0);
            for (; i < end; i += S.Count)
            {
                V distance = S.Subtract(S.Load(x + i), centers);
                sum = S.MultiplyAdd(distance, distance, sum);
            }

            total += S.Sum(sum);
        }

        for (; i < count; i++)
        {
            double distance = x[i] - center;
            total += distance * distance;
        }

        return double.IsFinite(total) ? total : WideSquareSum(x, center, count);
    }

    /// <summary>The sum of numbers of which a part is more than a float can hold: of a row, or of a column that is so wide apart.</summary>
    public static double WideSum(float* x, int count, nint stride = 1)
    {
        double total = 0;
        for (int i = 0; i < count; i++, x += stride)
        {
            total += *x;
        }

        return total;
    }

    private static double WideSquareSum(float* x, float center, int count)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            double distance = (double)x[i] - center;
            total += distance * distance;
        }

        return total;
    }

    /// <summary>Where a block of whole vectors ends.</summary>
    public static int BlockEnd<S, V>(int start, int count)
        where S : struct, ISimd<V>
        where V : unmanaged => start + Math.Min(VectorsPerBlock * S.Count, (count - start) / S.Count * S.Count);
}
