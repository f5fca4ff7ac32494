namespace Quern.Kernels.Gpu;

/// <summary>
/// Runs the reductions: folds a long axis in several launches, each work-item a few dozen elements. How depends on the sizes alone, so
/// that results are the same every time. The same for every driver.
/// </summary>
/// <param name="driver">The device.</param>
public sealed partial class ReductionLauncher(GpuDriver driver)
{
    // What one work-item folds in a launch that is followed by another, and what the last launch folds at most.
    private const int FoldLength = 64;
    private const int LastFoldLength = 512;
    private const int GroupSize = 64;

    private readonly GpuBuffer?[] _sections = new GpuBuffer?[2];

    /// <summary>result[i, k] = scale · the sum over j of x[i, j, k], or that added to the result; 0 along an empty axis.</summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="accumulate">Whether to add to the result.</param>
    /// <param name="result">The result, [outer, inner].</param>
    public void Sum(GpuView<float> x, int outer, int axis, int inner, float scale, bool accumulate, GpuView<float> result)
    {
        if (result.Length == 0)
        {
            return;
        }

        int stage = 0;
        for (; axis > LastFoldLength; axis = SectionCount(axis), stage ^= 1)
        {
            GpuView<float> sections = Sections(stage, outer, axis, inner);
            Gpu.Sum.LaunchFold(driver, LaunchSize.Covering(sections.Length, GroupSize), x, axis, inner, SectionCount(axis), 1f, 0, sections);
            x = sections;
        }

        Gpu.Sum.LaunchFold(driver, LaunchSize.Covering(result.Length, GroupSize), x, axis, inner, 1, scale, accumulate ? 1 : 0, result);
    }

    /// <summary>result[i, k] = the largest over j of x[i, j, k]; NaN where there is one.</summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis: at least 1.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner].</param>
    public void Max(GpuView<float> x, int outer, int axis, int inner, GpuView<float> result)
    {
        if (result.Length == 0)
        {
            return;
        }

        int stage = 0;
        for (; axis > LastFoldLength; axis = SectionCount(axis), stage ^= 1)
        {
            GpuView<float> sections = Sections(stage, outer, axis, inner);
            Gpu.Max.LaunchFold(driver, LaunchSize.Covering(sections.Length, GroupSize), x, axis, inner, SectionCount(axis), sections);
            x = sections;
        }

        Gpu.Max.LaunchFold(driver, LaunchSize.Covering(result.Length, GroupSize), x, axis, inner, 1, result);
    }

    /// <summary>result[i, k] = the smallest over j of x[i, j, k]; NaN where there is one.</summary>
    /// <inheritdoc cref="Max"/>
    public void Min(GpuView<float> x, int outer, int axis, int inner, GpuView<float> result)
    {
        if (result.Length == 0)
        {
            return;
        }

        int stage = 0;
        for (; axis > LastFoldLength; axis = SectionCount(axis), stage ^= 1)
        {
            GpuView<float> sections = Sections(stage, outer, axis, inner);
            Gpu.Min.LaunchFold(driver, LaunchSize.Covering(sections.Length, GroupSize), x, axis, inner, SectionCount(axis), sections);
            x = sections;
        }

        Gpu.Min.LaunchFold(driver, LaunchSize.Covering(result.Length, GroupSize), x, axis, inner, 1, result);
    }

    private static int SectionCount(int axis) => ((axis - 1) / FoldLength) + 1;

    /// <summary>Memory for the sections of a fold. Two places take turns; work is done in order, so that they serve all reductions.</summary>
    private GpuView<float> Sections(int stage, int outer, int axis, int inner) => Sections(stage, (long)outer * SectionCount(axis) * inner);

    private GpuView<float> Sections(int stage, long length)
    {
        GpuBuffer? buffer = _sections[stage];
        if (buffer is null || buffer.ByteCount < length * sizeof(float))
        {
            buffer?.Dispose();
            _sections[stage] = buffer = driver.Allocate(length * sizeof(float));
        }

        return new GpuView<float>(buffer, 0, length);
    }
}
