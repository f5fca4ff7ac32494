using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Rows of a table by their numbers, and the sums of gradients that go back to them.</summary>
internal static unsafe class Embedding
{
    /// <summary>result[i, :] = table[rows[i], :].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="table">The table: [rows of the table, columns].</param>
    /// <param name="rows">Which rows, each of the table.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="result">The result: [rows, columns].</param>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> table, ReadOnlySpan<int> rows, int columns, Span<float> result)
    {
        fixed (float* from = table, to = result)
        fixed (int* chosen = rows)
        {
            pool.Run(RowPieces.Count(rows.Length, columns), new ForwardJob(from, chosen, rows.Length, columns, to));
        }
    }

    /// <summary>
    /// tableGradient[rows[i], :] += the sum of outputGradient[positions[j], :] with j from starts[i] to starts[i + 1], in this order. Rows that are not named stay as they are.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The gradient of the output: [output rows, columns].</param>
    /// <param name="positions">Rows of the output.</param>
    /// <param name="rows">Rows of the table, each once.</param>
    /// <param name="starts">Where the positions of each row begin, and where the last end.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="tableGradient">What is added to: [rows of the table, columns].</param>
    public static void Backward(
        WorkerPool pool,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<int> starts,
        int columns,
        Span<float> tableGradient)
    {
        fixed (float* from = outputGradient, to = tableGradient)
        fixed (int* chosen = positions, row = rows, start = starts)
        {
            SimdDispatch.Run(pool, rows.Length, new BackwardJob(from, chosen, row, start, columns, to));
        }
    }

    private readonly struct ForwardJob(float* table, int* rows, int count, int columns, float* result) : IParallelJob
    {
        public void Run(int piece)
        {
            int end = RowPieces.End(piece, count, columns);
            for (int i = RowPieces.Start(piece, columns); i < end; i++)
            {
                new ReadOnlySpan<float>(table + ((nint)rows[i] * columns), columns).CopyTo(new Span<float>(result + ((nint)i * columns), columns));
            }
        }
    }

    // A piece is a row of the table, whose sum no other touches.
    private readonly struct BackwardJob(float* outputGradient, int* positions, int* rows, int* starts, int columns, float* tableGradient) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            float* sum = tableGradient + ((nint)rows[piece] * columns);
            for (int i = starts[piece]; i < starts[piece + 1]; i++)
            {
                BinaryLoop.Row<AddOperator, S, V>(sum, 1, outputGradient + ((nint)positions[i] * columns), 1, sum, columns);
            }
        }
    }
}
