using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>Elements along an axis by their places.</summary>
internal static unsafe class AxisGather
{
    /// <summary>result[o, j, i] = x[o, index[o, j, i], i].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="axis">The size of the operand's axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="index">The places, whole numbers from 0 to axis - 1: [outer, count, inner].</param>
    /// <param name="count">The size of the result's axis.</param>
    /// <param name="result">The result, [outer, count, inner].</param>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> x, int axis, int inner, ReadOnlySpan<float> index, int count, Span<float> result)
    {
        fixed (float* from = x, places = index, to = result)
        {
            pool.Run(Pieces.Count(result.Length), new ElementsJob(from, axis, inner, places, count, to, result.Length));
        }
    }

    /// <summary>result[o, j, i] = x[o, index[j], i]: the same places for every o and i.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="axis">The size of the operand's axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="index">The places, whole numbers from 0 to axis - 1.</param>
    /// <param name="result">The result, [outer, index.Length, inner].</param>
    public static void Rows(WorkerPool pool, ReadOnlySpan<float> x, int axis, int inner, ReadOnlySpan<float> index, Span<float> result)
    {
        if (result.IsEmpty)
        {
            return;
        }

        int rows = result.Length / inner;
        fixed (float* from = x, places = index, to = result)
        {
            pool.Run(RowPieces.Count(rows, inner), new RowsJob(from, axis, inner, places, index.Length, to, rows));
        }
    }

    // A piece is a stretch of the result.
    private readonly struct ElementsJob(float* x, int axis, int inner, float* index, int count, float* result, int length) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int at = piece * Pieces.Length;
            int end = at + Pieces.LengthOf(piece, length);
            int block = count * inner;
            while (at < end)
            {
                // As far as the places before the axis stay the same.
                (int outer, int inside) = Math.DivRem(at, block);
                int stop = Math.Min(end, at - inside + block);
                float* from = x + ((nint)outer * axis * inner);
                if (inner == 1)
                {
                    for (; at < stop; at++)
                    {
                        result[at] = from[(int)index[at]];
                    }
                }

                for (int i = inside % inner; at < stop; at++)
                {
                    result[at] = from[((nint)(int)index[at] * inner) + i];
                    i = i + 1 == inner ? 0 : i + 1;
                }
            }
        }
    }

    private readonly struct RowsJob(float* x, int axis, int inner, float* index, int count, float* result, int rows) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int row = RowPieces.Start(piece, inner);
            int end = RowPieces.End(piece, rows, inner);
            while (row < end)
            {
                // As far as the places before the axis stay the same.
                (int outer, int first) = Math.DivRem(row, count);
                int last = Math.Min(count, first + end - row);
                float* from = x + ((nint)outer * axis * inner);
                float* to = result + ((nint)row * inner);
                row += last - first;
                if (inner == 1)
                {
                    for (int j = first; j < last; j++)
                    {
                        to[j - first] = from[(int)index[j]];
                    }
                }
                else
                {
                    for (int j = first; j < last; j++, to += inner)
                    {
                        new ReadOnlySpan<float>(from + ((nint)(int)index[j] * inner), inner).CopyTo(new Span<float>(to, inner));
                    }
                }
            }
        }
    }
}
