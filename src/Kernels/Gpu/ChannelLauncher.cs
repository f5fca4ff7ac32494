namespace Quern.Kernels.Gpu;

/// <summary>
/// Runs what is summed over each channel of a batch: <see cref="ChannelSum"/> and the sums of <see cref="BatchNorm"/>, in two launches where
/// a channel is long. How depends on the sizes alone, so that results are the same every time. The same for every driver.
/// </summary>
/// <remarks>
/// The error of a sum is at most 48 · 2⁻²⁴ times the sum of the terms' magnitudes, however many there are: the terms of a lane are added in blocks
/// of at most 32, or of 8 side by side, and what the additions of blocks lose is kept (<see cref="Total"/>); so are the sums of the lanes. Terms of
/// variances and of the weight's gradient have at most four roundings of their own. A variance whose squares add up to more than a float can hold is
/// infinite.
/// </remarks>
/// <param name="driver">The device.</param>
internal sealed class ChannelLauncher(GpuDriver driver)
{
    // A channel gives at most so many sums in the first launch. A channel of no more numbers than their product is summed in one.
    private const int MaxSections = 16;
    private const int MaxLanes = 32;
    private const int GroupSize = 64;

    private readonly Scratch _sums = new(driver);

    /// <summary>result[c] = scale · the sum over s and i of x[s, c, i], or that added to the result.</summary>
    /// <param name="x">The operand, [batch, channels, inner]; the batch may be empty.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="accumulate">Whether to add to the result.</param>
    /// <param name="result">As many numbers as there are channels: at least 1.</param>
    public void Sum(GpuView<float> x, int inner, float scale, bool accumulate, GpuView<float> result)
    {
        int channels = (int)result.Length;
        int batch = (int)(x.Length / channels / inner);
        if ((long)batch * inner > MaxSections * MaxLanes)
        {
            GpuView<float> sums = Sums(batch, channels, inner, out int sections, out int lanes);
            ChannelSum.LaunchFold(driver, LaunchSize.Covering(sums.Length, GroupSize), x, batch, channels, inner, sections, lanes, scale, 0, sums);
            (x, batch, inner, scale) = (sums, sections, lanes, 1);
        }

        ChannelSum.LaunchFold(
            driver, LaunchSize.Covering(channels, GroupSize), x, batch, channels, inner, 1, 1, scale, accumulate ? 1 : 0, result);
    }

    /// <summary>The mean of each channel, and the variance, which divides by the count n = batch · inner.</summary>
    /// <param name="x">The operand, [batch, channels, inner], with at least one number per channel.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="mean">Receives the means: one for each channel.</param>
    /// <param name="variance">Receives the variances.</param>
    public void Statistics(GpuView<float> x, int inner, GpuView<float> mean, GpuView<float> variance)
    {
        int batch = (int)(x.Length / mean.Length / inner);
        float scale = (float)(1.0 / ((long)batch * inner));
        Sum(x, inner, scale, accumulate: false, mean);
        GpuView<float> sums = Sums(batch, (int)mean.Length, inner, out int sections, out int lanes);
        BatchNorm.LaunchFoldSquares(driver, LaunchSize.Covering(sums.Length, GroupSize), x, mean, batch, inner, sections, lanes, sums);
        Sum(sums, lanes, scale, accumulate: false, variance);
    }

    /// <summary>For each channel the sums of outputGradient · x̂ and of outputGradient, with x̂ = (x - mean) / √(variance + ε).</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, channels, inner].</param>
    /// <param name="x">The operand of the normalisation.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="weightGradient">Receives the sums of outputGradient · x̂.</param>
    /// <param name="biasGradient">Receives the sums of outputGradient.</param>
    public void BackwardParameters(
        GpuView<float> outputGradient,
        GpuView<float> x,
        GpuView<float> mean,
        GpuView<float> variance,
        float epsilon,
        int inner,
        GpuView<float> weightGradient,
        GpuView<float> biasGradient)
    {
        int batch = (int)(x.Length / mean.Length / inner);
        Sum(outputGradient, inner, 1, accumulate: false, biasGradient);
        GpuView<float> sums = Sums(batch, (int)mean.Length, inner, out int sections, out int lanes);
        BatchNorm.LaunchFoldProducts(
            driver, LaunchSize.Covering(sums.Length, GroupSize), outputGradient, x, mean, variance, epsilon, batch, inner, sections, lanes, sums);
        Sum(sums, lanes, 1, accumulate: false, weightGradient);
    }

    // At most as many sums for a channel as Sum adds up in one launch, so that it needs no memory of its own.
    private GpuView<float> Sums(int batch, int channels, int inner, out int sections, out int lanes)
    {
        sections = Math.Clamp(batch, 1, MaxSections);
        lanes = driver.IsProcessor && inner >= ChannelRun.MinLength ? 1 : Math.Min(inner, MaxLanes);
        return _sums.Get((long)sections * channels * lanes);
    }
}
