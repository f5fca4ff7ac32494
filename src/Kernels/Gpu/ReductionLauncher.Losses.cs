using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

// The losses: a kernel gives one number for each section or row, and these are added up here.
internal sealed partial class ReductionLauncher
{
    private readonly Scratch _losses = new(driver);

    /// <summary>loss = scale · the sum of a loss over all elements, and the gradients times scale.</summary>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="parameter">The number that the loss's formula is given.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="outputGradient">
    /// The gradient with respect to the output, as long as it, or empty if not wanted; it may be the same memory as either operand.
    /// </param>
    /// <param name="targetGradient">The same with respect to the target.</param>
    public void Loss<TLoss>(
        GpuView<float> output,
        GpuView<float> target,
        double scale,
        float parameter,
        GpuView<float> loss,
        GpuView<float> outputGradient,
        GpuView<float> targetGradient)
        where TLoss : struct, ILossOperator
    {
        // A loss is cut as a sum is.
        int sections = AxisLanes.Sections(driver, 1, (int)output.Length, out int length);
        int lanes = AxisLanes.Count(driver, length);
        GpuView<float> sums = _sums.Get(2L * sections);
        Gpu.Loss.LaunchRun<TLoss>(
            driver, AxisLanes.Covering(sections, lanes), output, target, (float)scale, parameter, outputGradient, targetGradient, length, lanes, sums);
        Join(sums, sections, 1, (float)scale, accumulate: false, loss);
    }

    /// <summary>
    /// loss = scale · the sum over all rows of -Σⱼ q[j] ln p[j], where p = softmax(x) and q[j] = w[j] · ((1 - smoothing) · t[j] + smoothing / classes);
    /// and inputGradient = scale · (p · Σ q - q).
    /// </summary>
    /// <param name="output">The output of the network, x: [rows, classes], at least one row.</param>
    /// <param name="target">
    /// The number of each row's class, [rows], where t is 1 for this class and 0 for others; or t itself, [rows, classes]. Nothing checks
    /// that there are such classes.
    /// </param>
    /// <param name="classes">The numbers of a row: at least 1.</param>
    /// <param name="targetIsClass">Whether the target holds numbers of classes.</param>
    /// <param name="scale">The factor: 1/n for the mean of n rows.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory.</param>
    /// <param name="weight">The weights w, [classes]; ones if empty.</param>
    /// <param name="smoothing">The share of a row that all classes get alike: from 0 to 1.</param>
    /// <param name="ignored">The number in place of a class of a row that has no part in the loss and whose gradient is 0; NaN for none.</param>
    public void CrossEntropy(
        GpuView<float> output,
        GpuView<float> target,
        int classes,
        bool targetIsClass,
        double scale,
        GpuView<float> loss,
        GpuView<float> inputGradient,
        GpuView<float> weight = default,
        double smoothing = 0,
        float ignored = float.NaN)
    {
        GpuView<float> losses = _losses.Get(output.Length / classes);
        int lanes = RowLanes.Count(driver, classes);
        Gpu.CrossEntropy.LaunchRun(
            driver,
            RowLanes.Covering(losses.Length, lanes),
            output,
            target,
            classes,
            lanes,
            targetIsClass ? 1 : 0,
            weight,
            (float)smoothing,
            ignored,
            (float)scale,
            inputGradient,
            losses);
        Sum(losses, 1, (int)losses.Length, 1, (float)scale, accumulate: false, loss);
    }

    /// <summary>result = √(the sum of x²), or √(result² + that sum); 0 for no elements. No square overflows on the way.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="accumulate">Whether to add to the result.</param>
    /// <param name="result">The result: one element.</param>
    public void Norm(GpuView<float> x, bool accumulate, GpuView<float> result)
    {
        GpuView<float> sums = default;
        int sections = 0;
        if (x.Length > 0)
        {
            sections = AxisLanes.Sections(driver, 1, (int)x.Length, out int length);
            int sectionLanes = AxisLanes.Count(driver, length);
            sums = _sums.Get(2L * sections);
            Gpu.Norm.LaunchFoldSections(driver, AxisLanes.Covering(sections, sectionLanes), x, length, sectionLanes, sums);
        }

        int lanes = AxisLanes.Count(driver, sections);
        Gpu.Norm.LaunchJoin(driver, AxisLanes.Covering(1, lanes), sums, lanes, accumulate ? 1 : 0, result);
    }
}
