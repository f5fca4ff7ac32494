using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Batch normalisation and the sums over channels against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class BatchNormTests(OpenClFixture fixture)
{
    private const float Epsilon = 1e-5f;

    // Batch, channels, inner: without inner axes, one sample, one channel, fewer and more numbers than are summed in one launch.
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 2, 1, 1 },
        { 13, 37, 1 },
        { 1031, 3, 1 },
        { 1, 5, 7 },
        { 1, 1, 4099 },
        { 3, 2, 35 },
        { 17, 4, 31 },
        { 19, 3, 97 },
        { 2, 3, 8191 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_over_channels_agree_with_the_cpu(int batch, int channels, int inner)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] x = Numbers.Random(batch * channels * inner, 1, 1);
        float[] expected = Numbers.Random(channels, 2);
        GpuView<float> result = memory.Upload(expected);
        G.ChannelLauncher launcher = new(fixture.Driver);
        foreach (bool accumulate in new[] { true, false })
        {
            ChannelSum.Run(pool, x, inner, expected, accumulate);
            launcher.Sum(memory.Upload(x), inner, 1, accumulate, result);
            Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-7f * batch * inner);
        }
    }

    // However many numbers there are; tenths, because every addition of one rounds to the same side.
    [Theory]
    [MemberData(nameof(Shapes))]
    [InlineData(1, 1, 1 << 21)]
    [InlineData(64, 1, 1 << 15)]
    [InlineData(1 << 19, 3, 1)]
    public void Sums_and_statistics_keep_the_bound_of_their_errors(int batch, int channels, int inner)
    {
        using GpuMemory memory = new(fixture.Driver);
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            G.ChannelLauncher launcher = new(driver);
            foreach (float[] x in new[] { Numbers.Random(batch * channels * inner, 1), [.. Enumerable.Repeat(0.1f, batch * channels * inner)] })
            {
                GpuView<float> view = memory.Upload(x), mean = memory.Result(channels), variance = memory.Result(channels), sum = memory.Result(channels);
                launcher.Sum(view, inner, 1, accumulate: false, sum);
                launcher.Statistics(view, inner, mean, variance);
                float[] sums = memory.Download(sum), means = memory.Download(mean), variances = memory.Download(variance);
                for (int channel = 0; channel < channels; channel++)
                {
                    double[] numbers = [.. Enumerable.Range(0, batch).SelectMany(sample => x.Skip(((sample * channels) + channel) * inner).Take(inner)).Select(number => (double)number)];
                    double bound = 48 * Math.Pow(2, -24) * numbers.Sum(Math.Abs);
                    Assert.Equal(numbers.Sum(), sums[channel], bound);
                    Assert.Equal(numbers.Average(), means[channel], (bound / numbers.Length) + (Math.Pow(2, -24) * Math.Abs(means[channel])));
                    double expected = numbers.Average(number => (number - means[channel]) * (number - means[channel]));
                    Assert.Equal(expected, variances[channel], 52 * Math.Pow(2, -24) * expected);
                }
            }
        }
    }

    [Fact]
    public void An_empty_batch_has_a_sum_of_zero()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(3);
        new G.ChannelLauncher(fixture.Driver).Sum(memory.Upload<float>([]), 5, 1, accumulate: false, result);
        Assert.Equal([0f, 0f, 0f], memory.Download(result));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Statistics_agree_with_the_cpu(int batch, int channels, int inner)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);

        // Far from zero, where a variance by the mean of squares would be lost.
        float[] x = [.. Numbers.Random(batch * channels * inner, 1, 1).Select(value => value + 100)];
        float[] mean = new float[channels];
        float[] variance = new float[channels];
        BatchNorm.Statistics(pool, x, channels, inner, mean, variance);
        GpuView<float> meanView = memory.Result(channels);
        GpuView<float> varianceView = memory.Result(channels);
        GpuView<float> runningMean = memory.Upload(Numbers.Random(channels, 3));
        GpuView<float> runningVariance = memory.Upload(Numbers.Random(channels, 4));

        new G.ChannelLauncher(fixture.Driver).Statistics(memory.Upload(x), inner, meanView, varianceView);
        Numbers.AssertClose(mean, memory.Download(meanView), 1e-6f, 0);
        Numbers.AssertClose(variance, memory.Download(varianceView), 1e-4f, 1e-8f);

        float[] expectedMean = memory.Download(runningMean);
        float[] expectedVariance = memory.Download(runningVariance);
        long count = (long)batch * inner;
        BatchNorm.Running(mean, variance, count, 0.25f, expectedMean, expectedVariance);
        G.BatchNorm.LaunchRunning(
            fixture.Driver, LaunchSize.Covering(channels, 64), meanView, varianceView, (float)(count / (count - 1.0)), 0.25f, runningMean, runningVariance);
        Numbers.AssertClose(expectedMean, memory.Download(runningMean), 1e-5f);
        Numbers.AssertClose(expectedVariance, memory.Download(runningVariance), 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_normalisation_and_its_gradients_agree_with_the_cpu(int batch, int channels, int inner)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        int length = batch * channels * inner;
        float[] x = Numbers.Random(length, 1, 1);
        float[] outputGradient = Numbers.Random(length, 2, 1);
        float[] mean = Numbers.Random(channels, 3, 1);
        float[] variance = [.. Numbers.Random(channels, 4, 1).Select(value => value + 1.25f)];
        float[] weightSum = new float[channels];
        float[] biasSum = new float[channels];
        BatchNorm.BackwardParameters(pool, outputGradient, x, mean, variance, Epsilon, inner, weightSum, biasSum);
        GpuView<float> xView = memory.Upload(x);
        GpuView<float> gradientView = memory.Upload(outputGradient);
        GpuView<float> meanView = memory.Upload(mean);
        GpuView<float> varianceView = memory.Upload(variance);
        GpuView<float> weightSumView = memory.Result(channels);
        GpuView<float> biasSumView = memory.Result(channels);

        new G.ChannelLauncher(fixture.Driver).BackwardParameters(
            gradientView, xView, meanView, varianceView, Epsilon, inner, weightSumView, biasSumView);
        Numbers.AssertClose(weightSum, memory.Download(weightSumView), 1e-5f, 1e-6f * batch * inner);
        Numbers.AssertClose(biasSum, memory.Download(biasSumView), 1e-5f, 1e-6f * batch * inner);

        foreach (bool isAffine in new[] { false, true })
        {
            float[] weight = isAffine ? Numbers.Random(channels, 5) : [];
            float[] bias = isAffine ? Numbers.Random(channels, 6) : [];
            GpuView<float> weightView = isAffine ? memory.Upload(weight) : default;
            GpuView<float> biasView = isAffine ? memory.Upload(bias) : default;
            float[] expected = new float[length];
            foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
            {
                LaunchSize size = G.PlaneRun.Covering(driver, batch * channels, inner);
                int run = G.PlaneRun.Length(driver, inner);
                GpuView<float> result = memory.Result(length);
                BatchNorm.Forward(pool, x, mean, variance, Epsilon, weight, bias, inner, expected);
                G.BatchNorm.LaunchForward(driver, size, xView, meanView, varianceView, Epsilon, weightView, biasView, inner, run, result);
                Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-5f);

                foreach (bool ofBatch in new[] { false, true })
                {
                    BatchNorm.Backward(
                        pool, outputGradient, x, mean, variance, Epsilon, weight, ofBatch ? weightSum : [], ofBatch ? biasSum : [], inner, expected);
                    G.BatchNorm.LaunchBackward(
                        driver,
                        size,
                        gradientView,
                        xView,
                        meanView,
                        varianceView,
                        Epsilon,
                        weightView,
                        ofBatch ? weightSumView : default,
                        ofBatch ? biasSumView : default,
                        1f / (batch * inner),
                        inner,
                        run,
                        result);
                    Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-5f);
                }
            }
        }
    }
}
