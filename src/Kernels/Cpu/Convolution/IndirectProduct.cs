using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// A matrix product whose left operand is picked together from memory: row i, step t lies at rows[i] + steps[t]. A convolution needs no matrix of
/// columns then. Source of the idea: Dukhan, The Indirect Convolution Algorithm, 2019.
/// </summary>
internal static unsafe class IndirectProduct
{
    // Rows are computed so many at once.
    private const int RowsOfTile = 6;

    // Steps of one chunk of a sum: a panel of the right operand then fits the first-level cache.
    private const int MaxSteps = 400;

    /// <summary>The vector width for a number of columns: the widest that they fill, but not the scalar one for want of columns.</summary>
    public static SimdTier Tier(int columns)
    {
        SimdTier tier = SimdDispatch.Tier;
        while (tier > SimdTier.Vector128 && columns <= PanelWidth(tier) / 2)
        {
            tier--;
        }

        return tier;
    }

    /// <summary>The columns of a panel of the right operand: two vectors.</summary>
    public static int PanelWidth(SimdTier tier) => tier == SimdTier.Scalar ? 2 : 4 << (int)tier;

    /// <summary>A number of columns filled up to whole panels.</summary>
    public static int WholePanels(int columns, SimdTier tier) => Division.RoundUp(columns, PanelWidth(tier)) * PanelWidth(tier);

    /// <summary>A number of rows filled up to whole tiles: so long is a table of rows, whose last entry is repeated.</summary>
    public static int WholeTiles(int rows) => Division.RoundUp(rows, RowsOfTile) * RowsOfTile;

    /// <summary>
    /// result[places[i] + j] = start[j] + Σ left[rows[i] + steps[t]] · right[t, j]; without start, the sum is added to the result.
    /// </summary>
    /// <param name="left">The memory of the left operand.</param>
    /// <param name="rows">Where each row begins, filled up.</param>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="steps">Where each step lies.</param>
    /// <param name="stepCount">How many steps there are.</param>
    /// <param name="right">Panels of the right operand: for each step, its columns side by side.</param>
    /// <param name="columns">The columns: whole panels.</param>
    /// <param name="start">What the sums begin with, for each column, or null.</param>
    /// <param name="result">The memory of the result.</param>
    /// <param name="places">Where each row of the result goes, filled up.</param>
    public static void Run<S, V>(
        float* left, int* rows, int rowCount, int* steps, int stepCount, float* right, int columns, float* start, float* result, int* places)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int width = 2 * S.Count;
        int step = 0;
        do
        {
            int count = Math.Min(MaxSteps, stepCount - step);
            for (int column = 0; column < columns; column += width)
            {
                float* panel = right + ((nint)column * stepCount) + ((nint)step * width);
                float* begin = start == null || step > 0 ? null : start + column;
                for (int row = 0; row < rowCount; row += RowsOfTile)
                {
                    Tile<S, V>(left, rows + row, steps + step, count, panel, begin, result + column, places + row);
                }
            }

            step += count;
        }
        while (step < stepCount);
    }

    [MethodImpl(Jit.Loop)]
    private static void Tile<S, V>(float* left, int* rows, int* steps, int count, float* right, float* start, float* result, int* places)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V sum0A, sum0B, sum1A, sum1B, sum2A, sum2B, sum3A, sum3B, sum4A, sum4B, sum5A, sum5B;
        if (start == null)
        {
            sum0A = S.Load(result + places[0]);
            sum0B = S.Load(result + places[0] + S.Count);
            sum1A = S.Load(result + places[1]);
            sum1B = S.Load(result + places[1] + S.Count);
            sum2A = S.Load(result + places[2]);
            sum2B = S.Load(result + places[2] + S.Count);
            sum3A = S.Load(result + places[3]);
            sum3B = S.Load(result + places[3] + S.Count);
            sum4A = S.Load(result + places[4]);
            sum4B = S.Load(result + places[4] + S.Count);
            sum5A = S.Load(result + places[5]);
            sum5B = S.Load(result + places[5] + S.Count);
        }
        else
        {
            sum0A = sum1A = sum2A = sum3A = sum4A = sum5A = S.Load(start);
            sum0B = sum1B = sum2B = sum3B = sum4B = sum5B = S.Load(start + S.Count);
        }

        float* left0 = left + rows[0], left1 = left + rows[1], left2 = left + rows[2];
        float* left3 = left + rows[3], left4 = left + rows[4], left5 = left + rows[5];
        for (nint step = 0; step < count; step++)
        {
            nint at = steps[step];
            V rightA = S.Load(right), rightB = S.Load(right + S.Count);
            right += 2 * S.Count;
            V value0 = S.Broadcast(left0[at]);
            sum0A = S.MultiplyAdd(value0, rightA, sum0A);
            sum0B = S.MultiplyAdd(value0, rightB, sum0B);
            V value1 = S.Broadcast(left1[at]);
            sum1A = S.MultiplyAdd(value1, rightA, sum1A);
            sum1B = S.MultiplyAdd(value1, rightB, sum1B);
            V value2 = S.Broadcast(left2[at]);
            sum2A = S.MultiplyAdd(value2, rightA, sum2A);
            sum2B = S.MultiplyAdd(value2, rightB, sum2B);
            V value3 = S.Broadcast(left3[at]);
            sum3A = S.MultiplyAdd(value3, rightA, sum3A);
            sum3B = S.MultiplyAdd(value3, rightB, sum3B);
            V value4 = S.Broadcast(left4[at]);
            sum4A = S.MultiplyAdd(value4, rightA, sum4A);
            sum4B = S.MultiplyAdd(value4, rightB, sum4B);
            V value5 = S.Broadcast(left5[at]);
            sum5A = S.MultiplyAdd(value5, rightA, sum5A);
            sum5B = S.MultiplyAdd(value5, rightB, sum5B);
        }

        Store<S, V>(sum0A, sum0B, result + places[0]);
        Store<S, V>(sum1A, sum1B, result + places[1]);
        Store<S, V>(sum2A, sum2B, result + places[2]);
        Store<S, V>(sum3A, sum3B, result + places[3]);
        Store<S, V>(sum4A, sum4B, result + places[4]);
        Store<S, V>(sum5A, sum5B, result + places[5]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<S, V>(V first, V second, float* to)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        S.Store(first, to);
        S.Store(second, to + S.Count);
    }
}
