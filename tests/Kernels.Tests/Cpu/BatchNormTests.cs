using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Batch normalisation against the plain formulas in double precision, of features (inner 1) and of pictures.</summary>
public class BatchNormTests
{
    private const float Epsilon = 1e-3f;

    private static readonly (int Batch, int Channels, int Inner)[] Shapes =
    [
        (1, 1, 1), (2, 1, 1), (1, 5, 1), (7, 3, 1), (3, 8, 1), (33, 17, 1), (5, 61, 1), (200, 67, 1), (601, 131, 1), (1, 3, 7), (5, 4, 9), (2, 3, 49),
        (33, 2, 196), (4, 130, 5), (2, 2, 20_011),
    ];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Statistics_agree_with_the_plain_formulas(string tier) => OnShapes(tier, (pool, data) =>
    {
        float[] mean = new float[data.Channels];
        float[] variance = new float[data.Channels];
        BatchNorm.Statistics(pool, data.X, data.Channels, data.Inner, mean, variance);
        for (int channel = 0; channel < data.Channels; channel++)
        {
            double[] values = [.. data.PlacesOf(channel).Select(i => (double)data.X[i])];
            double center = values.Average();
            AssertNear(center, mean[channel], 0, 1e-6);
            AssertNear(values.Average(value => (value - center) * (value - center)), variance[channel], 1e-12, 2e-6);
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Forward_agrees_with_the_plain_formula(string tier) => OnShapes(tier, (pool, data) =>
    {
        float[] y = new float[data.X.Length];
        foreach (bool affine in (bool[])[true, false])
        {
            BatchNorm.Forward(
                pool, data.X, data.Mean, data.Variance, Epsilon, affine ? data.Weight : default, affine ? data.Bias : default, data.Inner, y);
            for (int i = 0; i < y.Length; i++)
            {
                int channel = data.ChannelOf(i);
                double expected = data.Normalized(i);
                AssertNear(affine ? (expected * data.Weight[channel]) + data.Bias[channel] : expected, y[i], 4e-6, 2e-6);
            }
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void BackwardParameters_agrees_with_the_plain_sums(string tier) => OnShapes(tier, (pool, data) =>
    {
        float[] weightGradient = new float[data.Channels];
        float[] biasGradient = new float[data.Channels];
        BatchNorm.BackwardParameters(
            pool, data.OutputGradient, data.X, data.Mean, data.Variance, Epsilon, data.Inner, weightGradient, biasGradient);
        for (int channel = 0; channel < data.Channels; channel++)
        {
            double[] gradients = [.. data.PlacesOf(channel).Select(i => (double)data.OutputGradient[i])];
            double[] products = [.. data.PlacesOf(channel).Select(i => data.OutputGradient[i] * data.Normalized(i))];
            AssertNear(gradients.Sum(), biasGradient[channel], 1e-6 * gradients.Sum(Math.Abs), 0);
            AssertNear(products.Sum(), weightGradient[channel], 2e-6 * products.Sum(Math.Abs), 0);
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Backward_agrees_with_the_plain_formula(string tier) => OnShapes(tier, (pool, data) =>
    {
        float[] weightGradient = KernelTest.Numbers(data.Channels, seed: 7);
        float[] biasGradient = KernelTest.Numbers(data.Channels, seed: 8);
        float[] result = new float[data.X.Length];
        foreach ((bool affine, bool training) in ((bool, bool)[])[(true, true), (false, true), (true, false), (false, false)])
        {
            BatchNorm.Backward(
                pool,
                data.OutputGradient,
                data.X,
                data.Mean,
                data.Variance,
                Epsilon,
                affine ? data.Weight : default,
                training ? weightGradient : default,
                training ? biasGradient : default,
                data.Inner,
                result);
            for (int i = 0; i < result.Length; i++)
            {
                int channel = data.ChannelOf(i);
                double change = training ? (biasGradient[channel] + (data.Normalized(i) * weightGradient[channel])) / data.Count : 0;
                double scale = (affine ? data.Weight[channel] : 1) / Math.Sqrt((double)data.Variance[channel] + Epsilon);
                AssertNear((data.OutputGradient[i] - change) * scale, result[i], 2e-5, 4e-6);
            }
        }
    });

    [Fact]
    public void Running_statistics_move_by_the_momentum_towards_those_of_a_sample()
    {
        float[] mean = [0, 10];
        float[] variance = [1, 4];
        BatchNorm.Running([1, 2], [3, 6], count: 4, momentum: 0.25f, mean, variance);
        Assert.Equal([0.25f, 8], mean);
        Assert.Equal([1.75f, 5], variance);
        ArgumentException error = Assert.Throws<ArgumentException>(() => BatchNorm.Running([1, 2], [3, 6], count: 1, 0.1f, mean, variance));
        Assert.Contains("at least 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(203, 67, 1)]
    [InlineData(64, 17, 49)]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated(int batch, int channels, int inner)
    {
        float[] x = KernelTest.Numbers(batch * channels * inner);
        float[] mean = new float[channels];
        float[] variance = new float[channels];
        float[] weightGradient = new float[channels];
        float[] biasGradient = new float[channels];
        float[] y = new float[x.Length];
        float[] inputGradient = new float[x.Length];
        void Run(WorkerPool pool)
        {
            BatchNorm.Statistics(pool, x, channels, inner, mean, variance);
            BatchNorm.Forward(pool, x, mean, variance, Epsilon, default, default, inner, y);
            BatchNorm.BackwardParameters(pool, y, x, mean, variance, Epsilon, inner, weightGradient, biasGradient);
            BatchNorm.Backward(pool, y, x, mean, variance, Epsilon, default, weightGradient, biasGradient, inner, inputGradient);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. mean, .. variance, .. weightGradient, .. biasGradient, .. y, .. inputGradient];
        });
    }

    [Fact]
    public void An_empty_batch_has_no_statistics()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => BatchNorm.Statistics(pool, [], 3, 1, new float[3], new float[3]));
        Assert.Contains("the batch is empty", error.Message, StringComparison.Ordinal);
        BatchNorm.Forward(pool, [], new float[3], new float[3], Epsilon, default, default, 1, []);
    }

    private static void OnShapes(string tier, Action<WorkerPool, Data> test) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int batch, int channels, int inner) in Shapes)
        {
            test(pool, new Data(batch, channels, inner));
        }
    });

    private static void AssertNear(double expected, float actual, double absolute, double relative) =>
        Assert.Equal(expected, actual, absolute + (relative * Math.Abs(expected)));

    private sealed class Data(int batch, int channels, int inner)
    {
        public int Channels => channels;

        public int Inner => inner;

        public int Count => batch * inner;

        // Far from zero, where a variance as the mean of squares less the square of the mean would lose its digits.
        public float[] X { get; } = [.. KernelTest.Numbers(batch * channels * inner).Select(value => value + 30)];

        public float[] OutputGradient { get; } = KernelTest.Numbers(batch * channels * inner, seed: 2);

        public float[] Mean { get; } = [.. KernelTest.Numbers(channels, seed: 3).Select(value => value + 30)];

        public float[] Variance { get; } = [.. KernelTest.Numbers(channels, seed: 4).Select(value => Math.Abs(value) + 0.5f)];

        public float[] Weight { get; } = KernelTest.Numbers(channels, seed: 5);

        public float[] Bias { get; } = KernelTest.Numbers(channels, seed: 6);

        public int ChannelOf(int i) => i / inner % channels;

        public double Normalized(int i) =>
            ((double)X[i] - Mean[ChannelOf(i)]) / Math.Sqrt((double)Variance[ChannelOf(i)] + Epsilon);

        public IEnumerable<int> PlacesOf(int channel)
        {
            for (int sample = 0; sample < batch; sample++)
            {
                for (int i = 0; i < inner; i++)
                {
                    yield return (((sample * channels) + channel) * inner) + i;
                }
            }
        }
    }
}
