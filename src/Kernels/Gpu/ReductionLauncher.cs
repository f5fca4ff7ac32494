namespace Quern.Kernels.Gpu;

/// <summary>
/// Runs the reductions: folds a long axis in several launches, each work-item a few dozen elements. How depends on the sizes alone, so
/// that results are the same every time. The same for every driver.
/// </summary>
/// <param name="driver">The device.</param>
public sealed class ReductionLauncher(GpuDriver driver)
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

    /// <summary>loss = the mean of (output - target)².</summary>
    /// <param name="output">What the network gave: at least one element.</param>
    /// <param name="target">What it should have given, as long as the output.</param>
    /// <param name="loss">The result: one element.</param>
    public void Mse(GpuView<float> output, GpuView<float> target, GpuView<float> loss)
    {
        GpuView<float> sums = Sections(1, 1, (int)output.Length, 1);
        Gpu.Mse.LaunchForward(driver, LaunchSize.Covering(sums.Length, GroupSize), output, target, sums);
        Sum(sums, 1, (int)sums.Length, 1, 1f / output.Length, accumulate: false, loss);
    }

    /// <summary>As the other, and inputGradient = 2/n · (output - target), times the derivative of the activation that made the output.</summary>
    /// <param name="output">What the network gave: at least one element.</param>
    /// <param name="target">What it should have given, as long as the output.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="inputGradient">The gradient, as long as the output; it may be the same memory as either operand.</param>
    /// <param name="activation">The activation to differentiate as well.</param>
    public void Mse(GpuView<float> output, GpuView<float> target, GpuView<float> loss, GpuView<float> inputGradient, Activation activation)
    {
        GpuView<float> sums = Sections(1, 1, (int)output.Length, 1);
        Gpu.Mse.LaunchForwardBackward(
            driver, LaunchSize.Covering(sums.Length, GroupSize), output, target, (float)(2.0 / output.Length), (int)activation, inputGradient, sums);
        Sum(sums, 1, (int)sums.Length, 1, 1f / output.Length, accumulate: false, loss);
    }

    private static int SectionCount(int axis) => ((axis - 1) / FoldLength) + 1;

    /// <summary>Memory for the sections of a fold. Two places take turns; work is done in order, so that they serve all reductions.</summary>
    private GpuView<float> Sections(int stage, int outer, int axis, int inner)
    {
        long length = (long)outer * SectionCount(axis) * inner;
        GpuBuffer? buffer = _sections[stage];
        if (buffer is null || buffer.ByteCount < length * sizeof(float))
        {
            buffer?.Dispose();
            _sections[stage] = buffer = driver.Allocate(length * sizeof(float));
        }

        return new GpuView<float>(buffer, 0, length);
    }
}
