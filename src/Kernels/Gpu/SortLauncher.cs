namespace Quern.Kernels.Gpu;

/// <summary>Runs the steps of a sort. The same for every driver.</summary>
internal static class SortLauncher
{
    private const int GroupSize = 256;

    /// <summary>The elements of columns in order, and their places; see <see cref="Sort.Write"/>.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="x">The operand, [outer, axis, inner]: at least one element.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="descending">The greatest first.</param>
    /// <param name="count">How many of the first are wanted: at least 1.</param>
    /// <param name="values">The elements, [outer, count, inner]; empty if they are not wanted.</param>
    /// <param name="places">Their places along the axis, [outer, count, inner]; empty if they are not wanted.</param>
    public static void Run(
        GpuDriver driver, GpuView<float> x, int outer, int axis, int inner, bool descending, int count, GpuView<float> values, GpuView<float> places)
    {
        using GpuBuffer memory = driver.Allocate(x.Length * sizeof(ulong));
        GpuView<ulong> keys = new(memory, 0, x.Length);
        Sort.LaunchKey(driver, LaunchSize.Covering(x.Length, GroupSize), x, axis, inner, descending ? 1 : 0, keys);
        int columns = outer * inner;
        for (long half = 1; half < axis; half *= 2)
        {
            // The first step of a size turns the second half round, so that what is missing at the end of the last block may count as the greatest.
            for (int distance = (int)half; distance > 0; distance /= 2)
            {
                int pairs = (int)(Division.RoundUp(axis, 2L * distance) * distance);
                LaunchSize launch = LaunchSize.Covering((long)columns * pairs, GroupSize);
                Sort.LaunchExchange(driver, launch, keys, columns, axis, pairs, distance, distance == half ? 1 : 0);
            }
        }

        int items = columns * count;
        Sort.LaunchWrite(driver, LaunchSize.Covering(items, GroupSize), x, keys, axis, inner, count, items, values, places);
    }
}
