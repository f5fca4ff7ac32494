using System.Numerics;

namespace Quern.Kernels.Gpu;

/// <summary>
/// How the kernels that work on rows share them out: a power of two of neighbouring work-items, the lanes of a row, take its elements
/// in turns, so that short rows leave few idle and long rows are read by a whole group. It depends on the row's length and the device alone, so that
/// sums are the same every time.
/// </summary>
internal static class RowLanes
{
    /// <summary>The work-items of a group; it holds one row or several.</summary>
    public const int GroupSize = 128;

    private const int ElementsPerLane = 4;
    private const int MaxProcessorLanes = 4;

    private interface IFold
    {
        static abstract float Invoke(float left, float right);
    }

    /// <summary>The lanes of a row of this length on this device. A processor has few threads, and barriers cost it much.</summary>
    public static int Count(GpuDriver driver, int columns) =>
        (int)Math.Min(driver.IsProcessor ? MaxProcessorLanes : GroupSize, BitOperations.RoundUpToPowerOf2((uint)((columns - 1) / ElementsPerLane) + 1));

    /// <summary>Enough groups for so many rows.</summary>
    public static LaunchSize Covering(long rows, int lanes) => LaunchSize.Covering(rows * lanes, GroupSize);

    /// <summary>The work-item's row; in the last group it may lie beyond the last one.</summary>
    public static int Row(int lanes) => Grid.GlobalIndex.X / lanes;

    /// <summary>The work-item's place among the lanes of its row, from 0.</summary>
    public static int Lane(int lanes) => Group.IdxX & (lanes - 1);

    /// <summary>The sum of the lanes' values, for each of them. All work-items of the group must get here.</summary>
    /// <param name="shared">Memory of the group: <see cref="GroupSize"/> floats.</param>
    /// <param name="lanes">The lanes of a row.</param>
    /// <param name="value">This lane's value.</param>
    public static float Sum(ArrayView<float> shared, int lanes, float value) => Fold<SumFold>(shared, lanes, value);

    /// <summary>The largest of the lanes' values; NaN are passed over.</summary>
    /// <inheritdoc cref="Sum"/>
    public static float Max(ArrayView<float> shared, int lanes, float value) => Fold<MaxFold>(shared, lanes, value);

    private static float Fold<TFold>(ArrayView<float> shared, int lanes, float value)
        where TFold : struct, IFold
    {
        int place = Group.IdxX;
        int lane = Lane(lanes);

        // Others may still read the result of the fold before.
        Group.Barrier();
        shared[place] = value;
        Group.Barrier();
        for (int distance = lanes >> 1; distance > 0; distance >>= 1)
        {
            if (lane < distance)
            {
                shared[place] = TFold.Invoke(shared[place], shared[place + distance]);
            }

            Group.Barrier();
        }

        return shared[place - lane];
    }

    private readonly struct SumFold : IFold
    {
        public static float Invoke(float left, float right) => left + right;
    }

    private readonly struct MaxFold : IFold
    {
        public static float Invoke(float left, float right) => XMath.Max(left, right);
    }
}
