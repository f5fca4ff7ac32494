using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>
/// Runs the reductions, each in two launches at most. How work is shared out depends on the sizes alone, so that results are the same every
/// time. The same for every driver. The error of a sum is at most 24 · 2⁻²⁴ times the sum of the magnitudes, and no partial sum overflows.
/// </summary>
/// <param name="driver">The device.</param>
internal sealed partial class ReductionLauncher(GpuDriver driver)
{
    private readonly Scratch _sums = new(driver);

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
        int sections = AxisLanes.Sections(driver, result.Length, axis, out int length);
        if (sections == 1)
        {
            int lanes = AxisLanes.Count(driver, axis);
            Gpu.Sum.LaunchFold(driver, AxisLanes.Covering(result.Length, lanes), x, axis, inner, lanes, scale, accumulate ? 1 : 0, result);
            return;
        }

        int sectionLanes = AxisLanes.Count(driver, length);
        GpuView<float> sums = _sums.Get(2L * outer * sections * inner);
        Gpu.Sum.LaunchFoldSections(
            driver, AxisLanes.Covering(sums.Length / 2, sectionLanes), x, axis, inner, sections, length, sectionLanes, sums);
        Join(sums, sections, inner, scale, accumulate, result);
    }

    /// <summary>first[k] = the sum over j of x[j, k], and rest[k] the same of a second matrix behind it, or that added to them, in one launch.</summary>
    /// <param name="x">The operands, [axis, first.Length] and then [axis, rest.Length].</param>
    /// <param name="axis">The rows.</param>
    /// <param name="accumulate">Whether to add to the first result.</param>
    /// <param name="first">The first result: at least one element.</param>
    /// <param name="accumulateRest">Whether to add to the other.</param>
    /// <param name="rest">The other; it may be empty.</param>
    public void SumBoth(GpuView<float> x, int axis, bool accumulate, GpuView<float> first, bool accumulateRest, GpuView<float> rest)
    {
        int lanes = AxisLanes.Count(driver, axis);
        Gpu.Sum.LaunchFoldBoth(
            driver, AxisLanes.Covering(first.Length + rest.Length, lanes), x, axis, lanes, accumulate ? 1 : 0, first, accumulateRest ? 1 : 0, rest);
    }

    /// <summary>result[i, k] = x[i, j, k] folded over j with an operator, such as the maximum; its identity along an empty axis.</summary>
    /// <typeparam name="TOperator">The operator.</typeparam>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner].</param>
    public void Fold<TOperator>(GpuView<float> x, int outer, int axis, int inner, GpuView<float> result)
        where TOperator : struct, IFoldOperator
    {
        int sections = AxisLanes.Sections(driver, result.Length, axis, out int length);
        if (sections > 1)
        {
            int sectionLanes = AxisLanes.Count(driver, length);
            GpuView<float> parts = _sums.Get((long)outer * sections * inner);
            Gpu.Fold.LaunchRun<TOperator>(
                driver, AxisLanes.Covering(parts.Length, sectionLanes), x, axis, inner, sections, length, sectionLanes, TOperator.Identity, parts);
            (x, axis) = (parts, sections);
        }

        int lanes = AxisLanes.Count(driver, axis);
        Gpu.Fold.LaunchRun<TOperator>(driver, AxisLanes.Covering(result.Length, lanes), x, axis, inner, 1, axis, lanes, TOperator.Identity, result);
    }

    private void Join(GpuView<float> sums, int sections, int inner, float scale, bool accumulate, GpuView<float> result)
    {
        int lanes = AxisLanes.Count(driver, sections);
        Gpu.Sum.LaunchJoin(driver, AxisLanes.Covering(result.Length, lanes), sums, sections, inner, lanes, scale, accumulate ? 1 : 0, result);
    }
}
