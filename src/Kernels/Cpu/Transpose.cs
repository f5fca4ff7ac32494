using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Rows to columns.</summary>
public static unsafe class Transpose
{
    // So many rows are written as whole cache lines: a line, or the widest vector.
    private const int Block = 16;

    // Columns of a piece: a few lines of each row, which the processor fetches ahead.
    private const int ColumnsOfPiece = 64;
    private const int RowsOfPiece = 1024;
    private const int GroupLength = 4;

    /// <summary>result[j, i] = matrix[i, j].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="matrix">The matrix, row-major.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="result">The transposed matrix, [columns, rows], row-major; it must not overlap the matrix.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the shape, or the two overlap.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> matrix, int rows, int columns, Span<float> result)
    {
        if (matrix.Length != (long)rows * columns || result.Length != matrix.Length)
        {
            throw new ArgumentException(
                $"Transpose.Run: the matrix has {matrix.Length} elements and the result {result.Length}; [{rows}, {columns}] needs {(long)rows * columns} in both.");
        }

        if (matrix.Overlaps(result))
        {
            throw new ArgumentException("Transpose.Run: the result overlaps the matrix. Pass another result.");
        }

        fixed (float* from = matrix, to = result)
        {
            SimdDispatch.Run(pool, Division.RoundUp(rows, RowsOfPiece) * Division.RoundUp(columns, ColumnsOfPiece), new Job(from, rows, columns, to));
        }
    }

    private readonly struct Job(float* matrix, int rows, int columns, float* result) : ISimdJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            (int rowPart, int columnPart) = Math.DivRem(piece, Division.RoundUp(columns, ColumnsOfPiece));
            int firstColumn = columnPart * ColumnsOfPiece, lastColumn = Math.Min(firstColumn + ColumnsOfPiece, columns);
            int row = rowPart * RowsOfPiece, lastRow = Math.Min(row + RowsOfPiece, rows);
            int wholeColumns = S.Count < GroupLength ? firstColumn : lastColumn - ((lastColumn - firstColumn) % GroupLength);

            // Every row of the result begins on a line, so that whole lines are written.
            bool streams = Streaming.Pays(rows * columns, result, matrix, matrix) && rows % Block == 0 && Streaming.IsAligned<S, V>(result);
            for (; row <= lastRow - Block; row += Block)
            {
                for (int column = firstColumn; column < wholeColumns; column += GroupLength)
                {
                    for (int part = row; part < row + Block; part += S.Count)
                    {
                        FourColumns<S, V>(part, column, streams);
                    }
                }

                OneByOne(row, row + Block, wholeColumns, lastColumn);
            }

            OneByOne(row, lastRow, firstColumn, lastColumn);
            if (streams)
            {
                Streaming.End();
            }
        }

        /// <summary>Four columns of as many rows as a vector has lanes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void FourColumns<S, V>(int row, int column, bool streams)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            // Rows 0, 4, 8, … in the groups of the first vector, 1, 5, 9, … in the second: transposed, a vector holds a column of the rows in order.
            float* from = matrix + ((nint)row * columns) + column;
            nint stride = GroupLength * (nint)columns;
            V a = S.LoadGroups(from, stride), b = S.LoadGroups(from + columns, stride);
            V c = S.LoadGroups(from + (2 * (nint)columns), stride), d = S.LoadGroups(from + (3 * (nint)columns), stride);
            Groups.Transpose<S, V>(ref a, ref b, ref c, ref d);
            float* to = result + ((nint)column * rows) + row;
            if (streams)
            {
                S.StoreStreaming(a, to);
                S.StoreStreaming(b, to + rows);
                S.StoreStreaming(c, to + (2 * (nint)rows));
                S.StoreStreaming(d, to + (3 * (nint)rows));
                return;
            }

            S.Store(a, to);
            S.Store(b, to + rows);
            S.Store(c, to + (2 * (nint)rows));
            S.Store(d, to + (3 * (nint)rows));
        }

        private void OneByOne(int firstRow, int lastRow, int firstColumn, int lastColumn)
        {
            for (int column = firstColumn; column < lastColumn; column++)
            {
                float* from = matrix + ((nint)firstRow * columns) + column;
                float* to = result + ((nint)column * rows);
                for (int row = firstRow; row < lastRow; row++, from += columns)
                {
                    to[row] = *from;
                }
            }
        }
    }
}
