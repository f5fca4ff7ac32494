namespace Quern.Kernels.Gpu;

/// <summary>Writes elements to places along an axis.</summary>
internal static partial class AxisScatter
{
    private const int GroupSize = 64;

    // Enough work-items for a large GPU.
    private const int MostItems = 16384;

    /// <summary>The parts that the result's axis is cut into, so that a few long columns have enough work-items too.</summary>
    public static int Parts(GpuDriver driver, int columns, int axis) =>
        Math.Clamp((driver.IsProcessor ? driver.ComputeUnits : MostItems) / columns, 1, axis);

    /// <summary>Enough groups for so many work-items. On a processor a group is one thread's, so that few items are a group each.</summary>
    public static LaunchSize Covering(GpuDriver driver, int items) =>
        LaunchSize.Covering(items, driver.IsProcessor ? Math.Clamp(items / driver.ComputeUnits, 1, GroupSize) : GroupSize);

    /// <summary>
    /// result[o, index[o, j, i], i] = source[o, j, i], or plus it. Where places repeat, it happens in the order of j: the last one stays, and sums
    /// are the same every time. One work-item for each part of each column: it reads all places and writes those within its part.
    /// </summary>
    /// <param name="source">What is written, [outer, count, inner].</param>
    /// <param name="index">The places, whole numbers from 0 to axis - 1: [outer, count, inner].</param>
    /// <param name="count">The size of the source's axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="columns">The product of outer and inner.</param>
    /// <param name="parts">The parts of a column.</param>
    /// <param name="accumulate">Not 0 to add to what the result holds.</param>
    /// <param name="axis">The size of the result's axis.</param>
    /// <param name="result">The result, [outer, axis, inner].</param>
    [Kernel]
    public static void Run(
        ArrayView<float> source,
        ArrayView<float> index,
        int count,
        int inner,
        int columns,
        int parts,
        int accumulate,
        int axis,
        ArrayView<float> result)
    {
        int item = Grid.GlobalIndex.X;
        int part = item / columns;
        if (part < parts)
        {
            int column = item - (part * columns);
            int first = (int)((long)axis * part / parts);
            int last = (int)((long)axis * (part + 1) / parts);
            int outer = column / inner;
            int i = column - (outer * inner);
            long to = ((long)outer * axis * inner) + i;
            long from = ((long)outer * count * inner) + i;
            for (int j = 0; j < count; j++)
            {
                int place = (int)index[from];
                if (place >= first && place < last)
                {
                    long at = to + ((long)place * inner);
                    float value = source[from];
                    result[at] = accumulate != 0 ? result[at] + value : value;
                }

                from += inner;
            }
        }
    }
}
