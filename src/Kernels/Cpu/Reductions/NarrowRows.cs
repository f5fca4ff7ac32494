using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>Sums of rows so short that vectors run across them: each lane adds up a row of its own.</summary>
internal readonly unsafe struct NarrowRows(float* x, int rows, int columns, float scale, float* result) : ISimdJob
{
    private const int LongestRow = 64;

    // The rows of the widest vector: with fewer there is nothing to run across.
    private const int FewestRows = 16;
    private const int GroupLength = 4;

    /// <summary>Whether rows are short and many enough.</summary>
    public static bool Pay(int rows, int columns) => columns is > 1 and <= LongestRow && rows >= FewestRows;

    /// <summary>result = scale · the sum of each row, on the pool.</summary>
    public static void Run(WorkerPool pool, float* x, int rows, int columns, float scale, float* result) =>
        SimdDispatch.Run(pool, RowPieces.Count(rows, columns), new NarrowRows(x, rows, columns, scale, result));

    [MethodImpl(Jit.Loop)]
    public void Run<S, V>(int piece)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int end = RowPieces.End(piece, rows, columns);
        for (int row = RowPieces.Start(piece, columns); row < end; row += S.Count)
        {
            // The last rows are summed together with some before them, so that each is summed in the same way.
            int first = Math.Min(row, rows - S.Count);
            V sum = S.Multiply(SumOfRows<S, V>(x + ((nint)first * columns)), S.Broadcast(scale));
            if (first == row && row + S.Count <= end)
            {
                S.Store(sum, result + row);
            }
            else
            {
                Partial.Store(sum, result + row, Math.Min(S.Count - (row - first), end - row), row - first);
            }

            // A mean may be a float though the sum is none.
            if (!S.IsSetEverywhere(S.Equal(S.Subtract(sum, sum), S.Broadcast(0))))
            {
                AddWide(row, Math.Min(row + S.Count, end));
            }
        }
    }

    private void AddWide(int start, int end)
    {
        for (int row = start; row < end; row++)
        {
            if (!float.IsFinite(result[row]))
            {
                result[row] = (float)(Moments.WideSum(x + ((nint)row * columns), columns) * scale);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V SumOfRows<S, V>(float* from)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V total = S.Broadcast(0), error = total;
        int column = 0;
        for (; column <= columns - GroupLength && S.Count >= GroupLength; column += GroupLength)
        {
            // Rows 0, 4, 8, … in the groups of the first vector, 1, 5, 9, … in the second: transposed, a vector holds a column of the rows in order.
            nint stride = GroupLength * (nint)columns;
            V a = S.LoadGroups(from + column, stride), b = S.LoadGroups(from + column + columns, stride);
            V c = S.LoadGroups(from + column + (2 * columns), stride), d = S.LoadGroups(from + column + (3 * columns), stride);
            Groups.Transpose<S, V>(ref a, ref b, ref c, ref d);
            TwoSum.Add<S, V>(ref total, ref error, S.Add(S.Add(a, b), S.Add(c, d)));
        }

        for (; column < columns; column++)
        {
            TwoSum.Add<S, V>(ref total, ref error, Column<V>(from + column));
        }

        return TwoSum.Value<S, V>(total, error);
    }

    // Not inlined: a vector whose address is taken lives in memory, which the loops around must not.
    [MethodImpl(Jit.Loop)]
    private V Column<V>(float* from)
        where V : unmanaged
    {
        V column;
        float* lanes = (float*)&column;
        for (int lane = 0; lane < sizeof(V) / sizeof(float); lane++)
        {
            lanes[lane] = from[(nint)lane * columns];
        }

        return column;
    }
}
