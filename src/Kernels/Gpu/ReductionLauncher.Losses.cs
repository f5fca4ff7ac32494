namespace Quern.Kernels.Gpu;

// The losses: a kernel gives one number for each section or row, and these are added up here.
public sealed partial class ReductionLauncher
{
    private readonly Scratch _losses = new(driver);

    /// <summary>loss = the mean of (output - target)².</summary>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="loss">The result: one element.</param>
    public void Mse(GpuView<float> output, GpuView<float> target, GpuView<float> loss)
    {
        GpuView<float> sums = LossSums(output, out int length, out int lanes, out LaunchSize size);
        Gpu.Mse.LaunchRun(driver, size, output, target, 1f, Activations.None, default, length, lanes, sums);
        Join(sums, 1.0 / output.Length, loss);
    }

    /// <summary>As the other, and inputGradient = 2/n · (output - target), times the derivative of the activation that made the output.</summary>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="inputGradient">The gradient, as long as the output; it may be the same memory as either operand.</param>
    /// <param name="activation">The activation to differentiate as well.</param>
    public void Mse(GpuView<float> output, GpuView<float> target, GpuView<float> loss, GpuView<float> inputGradient, Activation activation)
    {
        GpuView<float> sums = LossSums(output, out int length, out int lanes, out LaunchSize size);
        Gpu.Mse.LaunchRun(
            driver, size, output, target, (float)(2.0 / output.Length), (int)activation, inputGradient, length, lanes, sums);
        Join(sums, 1.0 / output.Length, loss);
    }

    /// <summary>
    /// loss = scale · the sum of -(t ln o + (1 - t) ln(1 - o)); and inputGradient = scale · (o - t) / (o (1 - o)). A logarithm counts as -100
    /// below that, and the divisor as 1e-12.
    /// </summary>
    /// <param name="output">The output of the network, o: from 0 to 1, at least one element.</param>
    /// <param name="target">What the output should have been, t: from 0 to 1, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    public void Bce(GpuView<float> output, GpuView<float> target, double scale, GpuView<float> loss, GpuView<float> inputGradient)
    {
        GpuView<float> sums = LossSums(output, out int length, out int lanes, out LaunchSize size);
        Gpu.Bce.LaunchRun(driver, size, output, target, (float)scale, inputGradient, length, lanes, sums);
        Join(sums, scale, loss);
    }

    /// <summary>loss = scale · the sum of max(x, 0) - x t + ln(1 + exp(-|x|)); and inputGradient = scale · (sigmoid(x) - t).</summary>
    /// <param name="output">The output of the network, x: at least one element.</param>
    /// <param name="target">The probabilities that it should have meant, t: from 0 to 1, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="loss">The result: one element.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    public void BceWithLogits(GpuView<float> output, GpuView<float> target, double scale, GpuView<float> loss, GpuView<float> inputGradient)
    {
        GpuView<float> sums = LossSums(output, out int length, out int lanes, out LaunchSize size);
        Gpu.BceWithLogits.LaunchRun(driver, size, output, target, (float)scale, inputGradient, length, lanes, sums);
        Join(sums, scale, loss);
    }

    /// <summary>loss = scale · the sum over all rows of -Σⱼ t[j] ln p[j], where p = softmax(x); and inputGradient = scale · (p · Σ t - t).</summary>
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
    public void CrossEntropy(
        GpuView<float> output,
        GpuView<float> target,
        int classes,
        bool targetIsClass,
        double scale,
        GpuView<float> loss,
        GpuView<float> inputGradient)
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
            (float)scale,
            inputGradient,
            losses);
        Sum(losses, 1, (int)losses.Length, 1, (float)scale, accumulate: false, loss);
    }

    /// <summary>
    /// divergence = scale · the sum of ½ (exp(v) + m² - 1 - v); and meanGradient = scale · m, logVarianceGradient = scale · ½ (exp(v) - 1).
    /// </summary>
    /// <param name="mean">The means, m: at least one.</param>
    /// <param name="logVariance">The logarithms of the variances, v, as many as means.</param>
    /// <param name="scale">The factor: 1/n for the mean over a batch of n.</param>
    /// <param name="divergence">The result: one element.</param>
    /// <param name="meanGradient">The gradient with respect to the means, or empty if not wanted.</param>
    /// <param name="logVarianceGradient">The gradient with respect to the logarithms of the variances, or empty if not wanted.</param>
    public void KlDivergence(
        GpuView<float> mean,
        GpuView<float> logVariance,
        double scale,
        GpuView<float> divergence,
        GpuView<float> meanGradient,
        GpuView<float> logVarianceGradient)
    {
        GpuView<float> sums = LossSums(mean, out int length, out int lanes, out LaunchSize size);
        Gpu.KlDivergence.LaunchRun(driver, size, mean, logVariance, (float)scale, meanGradient, logVarianceGradient, length, lanes, sums);
        Join(sums, scale, divergence);
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

    // A loss is cut as a sum is.
    private GpuView<float> LossSums(GpuView<float> operand, out int length, out int lanes, out LaunchSize size)
    {
        int sections = AxisLanes.Sections(driver, 1, (int)operand.Length, out length);
        lanes = AxisLanes.Count(driver, length);
        size = AxisLanes.Covering(sections, lanes);
        return _sums.Get(2L * sections);
    }

    private void Join(GpuView<float> sums, double scale, GpuView<float> loss) =>
        Join(sums, (int)(sums.Length / 2), 1, (float)scale, accumulate: false, loss);
}
