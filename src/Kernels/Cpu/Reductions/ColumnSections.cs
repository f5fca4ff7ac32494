using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>
/// Sums over a long axis of [axis, inner] with few columns. The axis is cut into sections, which are work for several threads; and within a
/// section several rows side by side are taken for one, so that they fill vectors.
/// </summary>
internal readonly unsafe struct ColumnSections(float* x, int axis, int inner, int sections, double* sums) : ISimdJob
{
    private const int MostColumns = 128;
    private const int MostSums = 8192;

    // So many rows are added as floats before the sum joins the total, which keeps its rounding error.
    private const int Block = 64;

    // Columns of the rows that are taken for one, at the least: two of the widest vectors.
    private const int LeastWidth = 32;

    /// <summary>Whether the matrix is as narrow and as long as this is made for.</summary>
    public static bool Pay(int outer, int axis, int inner) =>
        outer == 1 && (inner < LeastWidth ? (long)axis * inner >= Pieces.Length / 4 : inner <= MostColumns && (long)axis * inner >= 16 * Pieces.Length);

    /// <summary>result = scale · the sum of each column, added to the result if accumulate.</summary>
    [SkipLocalsInit]
    public static void Run(WorkerPool pool, float* x, int axis, int inner, float scale, bool accumulate, float* result)
    {
        int sections = (int)Math.Clamp((long)axis * inner / Pieces.Length, 1, MostSums / inner);
        double* sums = stackalloc double[MostSums];
        new Span<double>(sums, sections * inner).Clear();
        SimdDispatch.Run(pool, sections, new ColumnSections(x, axis, inner, sections, sums));
        for (int column = 0; column < inner; column++)
        {
            double sum = 0;
            for (int section = 0; section < sections; section++)
            {
                sum += sums[(section * inner) + column];
            }

            sum = double.IsFinite(sum) ? sum : Moments.WideSum(x + column, axis, inner);
            result[column] = (accumulate ? result[column] : 0) + (float)(sum * scale);
        }
    }

    [MethodImpl(Jit.Loop)]
    public void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int start = (int)((long)axis * piece / sections), end = (int)((long)axis * (piece + 1) / sections);
        float* from = x + ((nint)start * inner);
        double* to = sums + ((nint)piece * inner);
        int together = inner < LeastWidth ? LeastWidth / GreatestCommonDivisor(inner, LeastWidth) : 1;
        int width = together * inner, wideRows = (end - start) / together;
        int column = 0;
        for (; column <= width - (2 * S.Count); column += 2 * S.Count)
        {
            Pair<S, V>(from + column, wideRows, width, to, column);
        }

        for (; column < width; column++)
        {
            Pair<SimdScalar, float>(from + column, wideRows, width, to, column, single: true);
        }

        for (int row = wideRows * together; row < end - start; row++)
        {
            for (int i = 0; i < inner; i++)
            {
                to[i] += from[((nint)row * inner) + i];
            }
        }
    }

    /// <summary>Adds the sums of two neighbouring vectors of columns, or of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pair<S, V>(float* top, int rows, nint width, double* to, int column, bool single = false)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        V firstTotal = zero, firstError = zero, secondTotal = zero, secondError = zero;
        for (int done = 0; done < rows; done += Block)
        {
            // Two chains of additions for each vector hide the latency of one.
            V first = zero, second = zero, firstOdd = zero, secondOdd = zero;
            int left = Math.Min(Block, rows - done);
            for (; left > 1; left -= 2, top += 2 * width)
            {
                first = S.Add(first, S.Load(top));
                firstOdd = S.Add(firstOdd, S.Load(top + width));
                if (!single)
                {
                    second = S.Add(second, S.Load(top + S.Count));
                    secondOdd = S.Add(secondOdd, S.Load(top + width + S.Count));
                }
            }

            for (; left > 0; left--, top += width)
            {
                first = S.Add(first, S.Load(top));
                if (!single)
                {
                    second = S.Add(second, S.Load(top + S.Count));
                }
            }

            first = S.Add(first, firstOdd);
            second = S.Add(second, secondOdd);
            TwoSum.Add<S, V>(ref firstTotal, ref firstError, first);
            TwoSum.Add<S, V>(ref secondTotal, ref secondError, second);
        }

        AddLanes<S, V>(firstTotal, firstError, to, column);
        if (!single)
        {
            AddLanes<S, V>(secondTotal, secondError, to, column + S.Count);
        }
    }

    // Not inlined: a vector whose address is taken lives in memory, which the loops around must not.
    [MethodImpl(Jit.Loop)]
    private void AddLanes<S, V>(V total, V error, double* to, int column)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        float* totals = (float*)&total, errors = (float*)&error;
        int place = column % inner;
        for (int lane = 0; lane < S.Count; lane++)
        {
            to[place] += totals[lane] + (double)errors[lane];
            place = place + 1 < inner ? place + 1 : 0;
        }
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
