namespace Quern.Kernels.Gpu;

/// <summary>
/// How many neighbouring elements of a plane (a channel of a sample) a work-item takes. On a GPU it is one. On a processor it is the plane, or a
/// long run of it: what is the same for the plane is then worked out once, and compilers make vectors of the loop.
/// </summary>
internal static class PlaneRun
{
    private const int ProcessorLength = 4096;
    private const int SmallPlane = 64;
    private const int ProcessorGroupSize = 64;
    private const int GroupSize = 256;

    /// <summary>The elements of a run on this device.</summary>
    public static int Length(GpuDriver driver, int area) => driver.IsProcessor ? Math.Min(area, ProcessorLength) : 1;

    /// <summary>Enough work-items for so many planes of this area in such runs.</summary>
    public static LaunchSize Covering(GpuDriver driver, long planes, int area)
    {
        int run = Length(driver, area);
        int group = !driver.IsProcessor ? GroupSize : area < SmallPlane ? ProcessorGroupSize : 1;
        return LaunchSize.Covering(planes * Division.RoundUp(area, run), group);
    }
}
