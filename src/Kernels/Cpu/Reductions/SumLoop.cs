using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>Sums over the middle axis of [outer, axis, inner].</summary>
/// <remarks>
/// Floats are added in short blocks and the blocks in double precision (or with their rounding errors kept), so that a sum of
/// millions is as good as a sum of a few. The blocks are cut by size alone: the result never depends on the number of threads.
/// </remarks>
internal static unsafe class SumLoop
{
    private const int MaxSections = 1024;

    /// <summary>result = scale · sum of x over the axis; with accumulate, it is added to the result.</summary>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, float scale, bool accumulate, Span<float> result)
    {
        if (result.Length == 0)
        {
            return;
        }

        fixed (float* from = x, to = result)
        {
            if (inner == 1)
            {
                RunRows(pool, from, outer, axis, scale, accumulate, to);
            }
            else if (ColumnSections.Pay(outer, axis, inner))
            {
                ColumnSections.Run(pool, from, axis, inner, scale, accumulate, to);
            }
            else
            {
                int width = ColumnsJob.Width(axis);
                int chunks = Division.RoundUp(inner, width);
                SimdDispatch.Run(pool, checked(outer * chunks), new ColumnsJob(from, axis, inner, scale, accumulate, to, chunks));
            }
        }
    }

    private static void RunRows(WorkerPool pool, float* x, int outer, int axis, float scale, bool accumulate, float* result)
    {
        if (!accumulate && NarrowRows.Pay(outer, axis))
        {
            NarrowRows.Run(pool, x, outer, axis, scale, result);
            return;
        }

        // A few long rows are cut into sections; many rows are work enough as they are.
        int sections = Math.Clamp(axis / Pieces.Length, 1, Math.Max(1, MaxSections / outer));
        if (sections == 1)
        {
            int rows = Math.Max(1, Pieces.Length / Math.Max(1, axis));
            SimdDispatch.Run(pool, Division.RoundUp(outer, rows), new RowsJob(x, outer, axis, rows, scale, accumulate, result));
            return;
        }

        double* sums = stackalloc double[outer * sections];
        SimdDispatch.Run(pool, outer * sections, new SectionsJob(x, axis, sections, sums));
        for (int row = 0; row < outer; row++)
        {
            double sum = 0;
            for (int section = 0; section < sections; section++)
            {
                sum += sums[(row * sections) + section];
            }

            result[row] = (accumulate ? result[row] : 0) + (float)(sum * scale);
        }
    }

    /// <summary>The sum of neighbours in memory.</summary>
    [MethodImpl(Jit.Loop)]
    private static double Contiguous<S, V>(float* x, int count)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Four chains of additions hide the latency of one; 32 vectors each before they join the total, which keeps its rounding error.
        int block = 128 * S.Count;
        V wide = S.Broadcast(0), error = wide;
        int i = 0;
        while (count - i >= 4 * S.Count)
        {
            int end = i + Math.Min(block, (count - i) / (4 * S.Count) * (4 * S.Count));
            V sum0 = S.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (; i < end; i += 4 * S.Count)
            {
                sum0 = S.Add(sum0, S.Load(x + i));
                sum1 = S.Add(sum1, S.Load(x + i + S.Count));
                sum2 = S.Add(sum2, S.Load(x + i + (2 * S.Count)));
                sum3 = S.Add(sum3, S.Load(x + i + (3 * S.Count)));
            }

            TwoSum.Add<S, V>(ref wide, ref error, S.Add(S.Add(sum0, sum1), S.Add(sum2, sum3)));
        }

        if (i < count)
        {
            V last = S.LoadPart(x + i + ((count - i) / S.Count * S.Count), (count - i) % S.Count, S.Broadcast(0));
            for (; i <= count - S.Count; i += S.Count)
            {
                last = S.Add(last, S.Load(x + i));
            }

            TwoSum.Add<S, V>(ref wide, ref error, last);
        }

        double total = S.Sum(wide) + S.Sum(error);
        return double.IsFinite(total) ? total : Moments.WideSum(x, count);
    }

    private readonly struct RowsJob(float* x, int outer, int axis, int rows, float scale, bool accumulate, float* result) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = Math.Min(outer, (piece + 1) * rows);
            for (int row = piece * rows; row < end; row++)
            {
                double sum = Contiguous<S, V>(x + ((nint)row * axis), axis);
                result[row] = (accumulate ? result[row] : 0) + (float)(sum * scale);
            }
        }
    }

    private readonly struct SectionsJob(float* x, int axis, int sections, double* sums) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            (int row, int section) = Math.DivRem(piece, sections);
            int start = (int)((long)axis * section / sections);
            int end = (int)((long)axis * (section + 1) / sections);
            sums[piece] = Contiguous<S, V>(x + ((nint)row * axis) + start, end - start);
        }
    }

    private readonly struct ColumnsJob(float* x, int axis, int inner, float scale, bool accumulate, float* result, int chunks) : ISimdJob
    {
        // So many rows are added as floats before the sum joins the total, which keeps its rounding error.
        private const int Block = 32;

        /// <summary>How many columns a piece takes: whole cache lines, and about as much memory as other pieces.</summary>
        public static int Width(int axis) => Math.Max(64, Pieces.Length / Math.Max(1, axis) / 64 * 64);

        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            (int row, int chunk) = Math.DivRem(piece, chunks);
            int column = chunk * Width(axis);
            int end = Math.Min(inner, column + Width(axis));
            float* from = x + ((nint)row * axis * inner);
            float* to = result + ((nint)row * inner);
            for (; column <= end - (2 * S.Count); column += 2 * S.Count)
            {
                Pair<S, V>(from + column, out V first, out V second);
                Write<S, V>(first, to + column);
                Write<S, V>(second, to + column + S.Count);
            }

            for (; S.Count > Simd128.Count && column <= end - Simd128.Count; column += Simd128.Count)
            {
                Pair<Simd128, Vector128<float>>(from + column, out Vector128<float> sums, out _, single: true);
                Write<Simd128, Vector128<float>>(sums, to + column);
            }

            for (; column < end; column++)
            {
                Pair<SimdScalar, float>(from + column, out float sum, out _, single: true);
                Write<SimdScalar, float>(sum, to + column);
            }

            // A mean may be a float though the sum is none.
            for (column = chunk * Width(axis); column < end && !accumulate; column++)
            {
                if (!float.IsFinite(to[column]))
                {
                    to[column] = (float)(Moments.WideSum(from + column, axis, inner) * scale);
                }
            }
        }

        /// <summary>The sums of two neighbouring vectors of columns, or of one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Pair<S, V>(float* top, out V firstTotal, out V secondTotal, bool single = false)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V zero = S.Broadcast(0);
            firstTotal = secondTotal = zero;
            V firstError = zero, secondError = zero;
            for (int done = 0; done < axis; done += Block)
            {
                V first = zero, second = zero;
                for (int rows = Math.Min(Block, axis - done); rows > 0; rows--, top += inner)
                {
                    first = S.Add(first, S.Load(top));
                    if (!single)
                    {
                        second = S.Add(second, S.Load(top + S.Count));
                    }
                }

                TwoSum.Add<S, V>(ref firstTotal, ref firstError, first);
                TwoSum.Add<S, V>(ref secondTotal, ref secondError, second);
            }

            firstTotal = TwoSum.Value<S, V>(firstTotal, firstError);
            secondTotal = TwoSum.Value<S, V>(secondTotal, secondError);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Write<S, V>(V sum, float* to)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            sum = S.Multiply(sum, S.Broadcast(scale));
            S.Store(accumulate ? S.Add(S.Load(to), sum) : sum, to);
        }
    }
}
