using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Collects rows of bytes as floats: the next batch of pictures.</summary>
public static unsafe class Gather
{
    /// <summary>result[i, j] = scale · source[rows[i], j].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="source">Rows of bytes, one after the other.</param>
    /// <param name="rows">Which rows to collect, from 0; a row may come more than once.</param>
    /// <param name="rowLength">The bytes of a row: at least 1.</param>
    /// <param name="scale">The factor: 1/255 brings a byte into the range from 0 to 1.</param>
    /// <param name="result">The result, [rows, rowLength].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The source has no such row.</exception>
    public static void Run(
        WorkerPool pool, ReadOnlySpan<byte> source, ReadOnlySpan<int> rows, int rowLength, float scale, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowLength, 1);
        int sourceRows = source.Length / rowLength;
        if (result.Length != (long)rows.Length * rowLength)
        {
            throw new ArgumentException(
                $"Gather.Run: the result has {result.Length} elements; {rows.Length} rows of {rowLength} need {(long)rows.Length * rowLength}.");
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)sourceRows)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"Gather.Run: the source has rows 0 to {sourceRows - 1}.");
            }
        }

        fixed (byte* from = source)
        fixed (int* chosen = rows)
        fixed (float* to = result)
        {
            SimdDispatch.Run(pool, RowPieces.Count(rows.Length, rowLength), new Job(from, chosen, rows.Length, rowLength, scale, to));
        }
    }

    private readonly struct Job(byte* source, int* rows, int count, int rowLength, float scale, float* result) : ISimdJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V factor = S.Broadcast(scale);
            int end = RowPieces.End(piece, count, rowLength);
            for (int row = RowPieces.Start(piece, rowLength); row < end; row++)
            {
                byte* from = source + ((nint)rows[row] * rowLength);
                float* to = result + ((nint)row * rowLength);
                int i = 0;
                for (; i <= rowLength - S.Count; i += S.Count)
                {
                    S.Store(S.Multiply(S.LoadBytes(from + i), factor), to + i);
                }

                for (; i < rowLength; i++)
                {
                    to[i] = from[i] * scale;
                }
            }
        }
    }
}
