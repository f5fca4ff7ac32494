using Quern.Kernels.Cpu.Reductions;

namespace Quern.Kernels.Cpu;

/// <summary>The sum of a matrix's rows: the gradient of a bias.</summary>
public static class ColumnSum
{
    /// <summary>result[j] = the sum over i of matrix[i, j], or that added to the result.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="matrix">The matrix, row-major.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="result">As many values as the matrix has columns; it must not overlap the matrix.</param>
    /// <param name="accumulate">Whether to add to the result instead of replacing it.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, or the two overlap.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> matrix, int rows, int columns, Span<float> result, bool accumulate)
    {
        ReductionCheck.Lengths("ColumnSum.Run", matrix, 1, rows, columns, result);
        SumLoop.Run(pool, matrix, 1, rows, columns, 1, accumulate, result);
    }
}
