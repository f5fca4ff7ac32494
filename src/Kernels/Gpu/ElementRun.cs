namespace Quern.Kernels.Gpu;

/// <summary>
/// How many neighbouring elements a work-item of an element-wise kernel takes. On a GPU it is one. On a processor it is a long run,
/// since its compilers make vectors of a loop, but not of a work-item that first asks whether it has an element.
/// </summary>
internal static class ElementRun
{
    private const int ProcessorLength = 4096;
    private const int GroupSize = 256;

    /// <summary>The elements of a run on this device.</summary>
    public static int Length(GpuDriver driver) => driver.IsProcessor ? ProcessorLength : 1;

    /// <summary>Enough work-items for so many elements in such runs.</summary>
    public static LaunchSize Covering(GpuDriver driver, long elements) =>
        driver.IsProcessor ? LaunchSize.Covering(Division.RoundUp(elements, ProcessorLength), 1) : LaunchSize.Covering(elements, GroupSize);
}
