using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu;

/// <summary>Rows to columns.</summary>
public static unsafe class Transpose
{
    // A square of this side is read by rows and written by columns while its cache lines stay near.
    private const int Block = 16;

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
            pool.Run((columns + Block - 1) / Block, new Job(from, rows, columns, to));
        }
    }

    private readonly struct Job(float* matrix, int rows, int columns, float* result) : IParallelJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            int firstColumn = piece * Block;
            int lastColumn = Math.Min(firstColumn + Block, columns);
            for (int firstRow = 0; firstRow < rows; firstRow += Block)
            {
                int lastRow = Math.Min(firstRow + Block, rows);
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
}
