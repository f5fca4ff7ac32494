using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>Writes elements to places along an axis.</summary>
internal static unsafe class AxisScatter
{
    // The columns that one piece has at most.
    private const int MostColumns = 256;

    /// <summary>
    /// result[o, index[o, j, i], i] = source[o, j, i], or plus it. Where places repeat, it happens in the order of j: the last one stays, and sums
    /// are the same every time.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="source">What is written, [outer, count, inner].</param>
    /// <param name="index">The places, whole numbers from 0 to axis - 1: [outer, count, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="count">The size of the source's axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="accumulate">Adds to what the result holds.</param>
    /// <param name="axis">The size of the result's axis.</param>
    /// <param name="result">The result, [outer, axis, inner].</param>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<float> source, ReadOnlySpan<float> index, int outer, int count, int inner, bool accumulate, int axis, Span<float> result)
    {
        if (source.IsEmpty)
        {
            return;
        }

        // A place of the result belongs to one column, and a column to one piece.
        int columns = Math.Min(inner, MostColumns);
        int strips = Division.RoundUp(inner, columns);
        fixed (float* from = source, places = index, to = result)
        {
            pool.Run(
                RowPieces.Count(outer * strips, count * columns), new Job(from, places, outer * strips, count, inner, columns, strips, accumulate, axis, to));
        }
    }

    private readonly struct Job(
        float* source, float* index, int allStrips, int count, int inner, int columns, int strips, bool accumulate, int axis, float* result) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int last = RowPieces.End(piece, allStrips, count * columns);
            for (int strip = RowPieces.Start(piece, count * columns); strip < last; strip++)
            {
                (int o, int column) = Math.DivRem(strip, strips);
                int start = column * columns;
                int end = Math.Min(inner, start + columns);
                float* to = result + ((nint)o * axis * inner);
                nint row = (nint)o * count * inner;
                if (inner == 1)
                {
                    for (int j = 0; j < count; j++)
                    {
                        Write(to + (int)index[row + j], source[row + j]);
                    }

                    continue;
                }

                for (int j = 0; j < count; j++, row += inner)
                {
                    for (int i = start; i < end; i++)
                    {
                        Write(to + ((nint)(int)index[row + i] * inner) + i, source[row + i]);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Write(float* place, float value) => *place = accumulate ? *place + value : value;
    }
}
