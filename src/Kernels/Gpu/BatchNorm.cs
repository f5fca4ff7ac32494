namespace Quern.Kernels.Gpu;

/// <summary>
/// Gives each channel of a batch a mean of 0 and a variance of 1, then a scale and an offset. Memory is [batch, channels, inner].
/// Source: Ioffe and Szegedy, 2015.
/// </summary>
internal static partial class BatchNorm
{
    /// <summary>
    /// result[s, c, l] = the sum of (x[b, c, i] - mean[c])² over b = s, s + sections, … and i = l, l + lanes, …. One work-item for each
    /// element of the result; their sum is left to <see cref="ChannelSum"/>.
    /// </summary>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="batch">The number of samples.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="sections">How many sums the samples give.</param>
    /// <param name="lanes">How many sums the numbers of a sample give.</param>
    /// <param name="result">The result, [sections, channels, lanes].</param>
    [Kernel]
    public static void FoldSquares(ArrayView<float> x, ArrayView<float> mean, int batch, int inner, int sections, int lanes, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int channels = mean.IntLength;
            int rest = i / lanes;
            int lane = i - (rest * lanes);
            int section = rest / channels;
            int channel = rest - (section * channels);
            Total total = ChannelRun.Fold<SquaredDifference>(x, x, batch, channels, inner, sections, lanes, section, channel, lane, mean[channel]);
            result[i] = Total.Value(total);
        }
    }

    /// <summary>As <see cref="FoldSquares"/>, of outputGradient · (x - mean) / √(variance + ε): parts of the weight's gradient.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, channels, inner].</param>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="batch">The number of samples.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="sections">How many sums the samples give.</param>
    /// <param name="lanes">How many sums the numbers of a sample give.</param>
    /// <param name="result">The result, [sections, channels, lanes].</param>
    [Kernel]
    public static void FoldProducts(
        ArrayView<float> outputGradient,
        ArrayView<float> x,
        ArrayView<float> mean,
        ArrayView<float> variance,
        float epsilon,
        int batch,
        int inner,
        int sections,
        int lanes,
        ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int channels = mean.IntLength;
            int rest = i / lanes;
            int lane = i - (rest * lanes);
            int section = rest / channels;
            int channel = rest - (section * channels);
            Total total = ChannelRun.Fold<Product>(outputGradient, x, batch, channels, inner, sections, lanes, section, channel, lane, mean[channel]);
            result[i] = Total.Value(total) * InverseDeviation(variance[channel], epsilon);
        }
    }

    /// <summary>
    /// running ← (1 - momentum) · running + momentum · statistic, where the variance counts as that of a sample. One work-item for each channel.
    /// </summary>
    /// <param name="mean">The means of a batch.</param>
    /// <param name="variance">Its variances, which divide by n.</param>
    /// <param name="unbiased">n / (n - 1).</param>
    /// <param name="momentum">How much a batch changes: from 0 to 1.</param>
    /// <param name="runningMean">The running means.</param>
    /// <param name="runningVariance">The running variances.</param>
    [Kernel]
    public static void Running(
        ArrayView<float> mean,
        ArrayView<float> variance,
        float unbiased,
        float momentum,
        ArrayView<float> runningMean,
        ArrayView<float> runningVariance)
    {
        int channel = Grid.GlobalIndex.X;
        if (channel < mean.IntLength)
        {
            runningMean[channel] = ((1f - momentum) * runningMean[channel]) + (momentum * mean[channel]);
            runningVariance[channel] = ((1f - momentum) * runningVariance[channel]) + (momentum * (variance[channel] * unbiased));
        }
    }

    /// <summary>y = (x - mean) / √(variance + ε) · weight + bias, channel by channel. One work-item for each run of a plane.</summary>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="weight">A factor for each channel, or an empty view for 1.</param>
    /// <param name="bias">An offset for each channel, or an empty view for 0.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="run">How many elements a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(
        ArrayView<float> x,
        ArrayView<float> mean,
        ArrayView<float> variance,
        float epsilon,
        ArrayView<float> weight,
        ArrayView<float> bias,
        int inner,
        int run,
        ArrayView<float> y)
    {
        int runs = ((inner - 1) / run) + 1;
        int plane = Grid.GlobalIndex.X / runs;
        if (plane < y.IntLength / inner)
        {
            int first = (Grid.GlobalIndex.X - (plane * runs)) * run;
            long end = ((long)plane * inner) + XMath.Min(first + run, inner);
            int channel = plane - (plane / mean.IntLength * mean.IntLength);
            float center = mean[channel];
            float scale = InverseDeviation(variance[channel], epsilon);
            if (weight.IntLength > 0)
            {
                scale *= weight[channel];
            }

            float offset = 0f;
            if (bias.IntLength > 0)
            {
                offset = bias[channel];
            }

            for (long i = ((long)plane * inner) + first; i < end; i++)
            {
                y[i] = ((x[i] - center) * scale) + offset;
            }
        }
    }

    /// <summary>
    /// inputGradient = weight / √(variance + ε) · (outputGradient - biasGradient / n - x̂ · weightGradient / n), with n = batch · inner; the last two
    /// terms are there where the statistics came from x itself. One work-item for each run of a plane.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, channels, inner].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="weight">The factors, or an empty view for 1.</param>
    /// <param name="weightGradient">The sums of outputGradient · x̂; an empty view where the statistics did not come from x.</param>
    /// <param name="biasGradient">The sums of outputGradient; as long as <paramref name="weightGradient"/>.</param>
    /// <param name="inverseCount">1 / n.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="run">How many elements a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Backward(
        ArrayView<float> outputGradient,
        ArrayView<float> x,
        ArrayView<float> mean,
        ArrayView<float> variance,
        float epsilon,
        ArrayView<float> weight,
        ArrayView<float> weightGradient,
        ArrayView<float> biasGradient,
        float inverseCount,
        int inner,
        int run,
        ArrayView<float> inputGradient)
    {
        int runs = ((inner - 1) / run) + 1;
        int plane = Grid.GlobalIndex.X / runs;
        if (plane < inputGradient.IntLength / inner)
        {
            int first = (Grid.GlobalIndex.X - (plane * runs)) * run;
            long end = ((long)plane * inner) + XMath.Min(first + run, inner);
            int channel = plane - (plane / mean.IntLength * mean.IntLength);
            float center = mean[channel];
            float inverse = InverseDeviation(variance[channel], epsilon);
            float scale = inverse;
            if (weight.IntLength > 0)
            {
                scale *= weight[channel];
            }

            float shift = 0f;
            float slope = 0f;
            if (weightGradient.IntLength > 0)
            {
                shift = biasGradient[channel] * inverseCount;
                slope = weightGradient[channel] * inverseCount * inverse;
            }

            for (long i = ((long)plane * inner) + first; i < end; i++)
            {
                inputGradient[i] = (outputGradient[i] - shift - ((x[i] - center) * slope)) * scale;
            }
        }
    }

    private static float InverseDeviation(float variance, float epsilon) => 1f / XMath.Sqrt(variance + epsilon);

    private readonly struct SquaredDifference : IChannelTerm
    {
        public static float Of(float first, float second, float center)
        {
            float difference = first - center;
            return difference * difference;
        }
    }

    private readonly struct Product : IChannelTerm
    {
        public static float Of(float first, float second, float center) => first * (second - center);
    }
}
