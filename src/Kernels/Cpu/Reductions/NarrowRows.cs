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
            bool isFinite = S.IsSetEverywhere(S.Equal(S.Subtract(sum, sum), S.Broadcast(0)));
            if (first == row && row + S.Count <= end)
            {
                S.Store(sum, result + row);
            }
            else
            {
                Partial.Store(sum, result + row, Math.Min(S.Count - (row - first), end - row), row - first);
            }

            // A mean may be a float though the sum is none.
            if (!isFinite)
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
        if (columns < GroupLength || S.Count < GroupLength)
        {
            return SumOfFew<S, V>(from);
        }

        V total = S.Broadcast(0), error = total;
        int column = 0;
        for (; column <= columns - GroupLength; column += GroupLength)
        {
            LoadColumns<S, V>(from + column, out V a, out V b, out V c, out V d);
            TwoSum.Add<S, V>(ref total, ref error, S.Add(S.Add(a, b), S.Add(c, d)));
        }

        // The last ones, in a group with columns that are in the total already.
        int rest = columns - column;
        if (rest > 0)
        {
            LoadColumns<S, V>(from + columns - GroupLength, out _, out V b, out V c, out V d);
            if (rest > 2)
            {
                TwoSum.Add<S, V>(ref total, ref error, b);
            }

            if (rest > 1)
            {
                TwoSum.Add<S, V>(ref total, ref error, c);
            }

            TwoSum.Add<S, V>(ref total, ref error, d);
        }

        return TwoSum.Value<S, V>(total, error);
    }

    // Four columns of neighbouring rows, a lane for each row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LoadColumns<S, V>(float* from, out V a, out V b, out V c, out V d)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // Rows 0, 4, 8, … in the groups of the first vector, 1, 5, 9, … in the second: transposed, a vector holds a column of the rows in order.
        nint stride = GroupLength * (nint)columns;
        a = S.LoadGroups(from, stride);
        b = S.LoadGroups(from + columns, stride);
        c = S.LoadGroups(from + (2 * columns), stride);
        d = S.LoadGroups(from + (3 * columns), stride);
        Groups.Transpose<S, V>(ref a, ref b, ref c, ref d);
    }

    // Not inlined, with what it calls: a vector that is needed after a call is in memory, which the loop over many columns must not be.
    [MethodImpl(Jit.Loop)]
    private V SumOfFew<S, V>(float* from)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V total = S.Broadcast(0), error = total;
        for (int column = 0; column < columns; column++)
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
