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
    /// <param name="values">The elements, of the operand's sizes; empty if they are not wanted.</param>
    /// <param name="places">Their places along the axis, of the operand's sizes; empty if they are not wanted.</param>
    public static void Run(
        GpuDriver driver, GpuView<float> x, int outer, int axis, int inner, bool descending, GpuView<float> values, GpuView<float> places)
    {
        using GpuBuffer memory = driver.Allocate(x.Length * sizeof(ulong));
        GpuView<ulong> keys = new(memory, 0, x.Length);
        LaunchSize elements = LaunchSize.Covering(x.Length, GroupSize);
        Sort.LaunchKey(driver, elements, x, axis, inner, descending ? 1 : 0, keys);
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

        Sort.LaunchWrite(driver, elements, x, keys, axis, inner, values, places);
    }
}
