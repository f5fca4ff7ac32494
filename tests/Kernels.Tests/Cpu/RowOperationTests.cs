using Quern.Kernels.Cpu;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Softmax, LayerNorm and CrossEntropy: operations on rows, against plain versions in double precision.</summary>
public class RowOperationTests
{
    private const float Epsilon = 1e-5f;

    private static readonly (int Rows, int Columns)[] Shapes =
        [(0, 3), (1, 1), (1, 2), (3, 7), (5, 16), (7, 31), (13, 64), (2, 131), (1, 20_011), (331, 257)];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Softmax_agrees_with_the_plain_formula(string tier) => OnShapes(tier, (pool, rows, columns) =>
    {
        float[] x = KernelTest.Numbers(rows * columns, scale: 20);
        float[] gradient = KernelTest.Numbers(x.Length, seed: 2);
        float[] y = new float[x.Length];
        float[] result = new float[x.Length];
        Softmax.Forward(pool, x, columns, y);
        Softmax.Backward(pool, gradient, y, columns, result);
        for (int row = 0; row < rows; row++)
        {
            double[] p = Probabilities(Row(x, row, columns));
            double[] g = Row(gradient, row, columns);
            double dot = p.Zip(g, (a, b) => a * b).Sum();
            for (int j = 0; j < columns; j++)
            {
                AssertNear(p[j], y[(row * columns) + j], 1e-7, 3e-6);
                AssertNear(p[j] * (g[j] - dot), result[(row * columns) + j], 1e-6, 1e-5);
            }
        }
    });

    [Fact]
    public void Softmax_neither_overflows_nor_divides_by_zero()
    {
        using WorkerPool pool = new(1);
        float[] y = new float[6];
        Softmax.Forward(pool, [1e30f, 1e30f, -1e30f, -3e38f, -3e38f, -3e38f], 3, y);
        Assert.Equal([0.5f, 0.5f, 0, 1f / 3, 1f / 3, 1f / 3], y);
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void LayerNorm_of_numbers_whose_sum_or_squares_are_no_floats_is_that_of_small_ones(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(1);
        float[] mean = new float[1], inverse = new float[1];
        foreach (int columns in (int[])[3, 37, 1031])
        {
            float[] small = KernelTest.Numbers(columns), expected = new float[columns], actual = new float[columns];
            LayerNorm.Forward(pool, small, default, default, columns, 0, expected, mean, inverse);
            float[] large = [.. small.Select(value => value * 4e37f)];
            LayerNorm.Forward(pool, large, default, default, columns, 0, actual, mean, inverse);
            for (int i = 0; i < columns; i++)
            {
                Assert.Equal(expected[i], actual[i], 1e-5f);
            }
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void LayerNorm_agrees_with_the_plain_formula(string tier) => OnShapes(tier, (pool, rows, columns) =>
    {
        float[] x = [.. KernelTest.Numbers(rows * columns).Select(value => value + 3)];
        float[] gradient = KernelTest.Numbers(x.Length, seed: 2);
        float[] weight = KernelTest.Numbers(columns, seed: 3);
        float[] bias = KernelTest.Numbers(columns, seed: 4);
        float[] y = new float[x.Length];
        float[] mean = new float[rows];
        float[] inverse = new float[rows];
        float[] result = new float[x.Length];
        float[] product = new float[x.Length];
        LayerNorm.Forward(pool, x, weight, bias, columns, Epsilon, y, mean, inverse);
        LayerNorm.Backward(pool, gradient, x, weight, mean, inverse, columns, result, product);
        for (int row = 0; row < rows; row++)
        {
            double[] values = Row(x, row, columns);
            double center = values.Average();
            double scale = 1 / Math.Sqrt(values.Average(value => (value - center) * (value - center)) + Epsilon);
            AssertNear(center, mean[row], 1e-6, 1e-6);
            double[] normalized = [.. values.Select(value => (value - center) * scale)];
            double[] g = Row(gradient, row, columns);
            double[] h = [.. g.Select((value, j) => value * weight[j])];
            double meanH = h.Average();
            double meanProduct = h.Zip(normalized, (a, b) => a * b).Average();
            for (int j = 0; columns > 1 && j < columns; j++)
            {
                int i = (row * columns) + j;
                AssertNear((normalized[j] * weight[j]) + bias[j], y[i], 2e-5, 1e-5);
                AssertNear((h[j] - meanH - (normalized[j] * meanProduct)) * scale, result[i], 5e-5, 1e-4);
                AssertNear(g[j] * normalized[j], product[i], 2e-5, 1e-5);
            }
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void CrossEntropy_agrees_with_the_plain_formula(string tier) => OnShapes(tier, (pool, rows, columns) =>
    {
        if (rows == 0)
        {
            return;
        }

        float[] x = KernelTest.Numbers(rows * columns, scale: 10);
        float[] classes = [.. Enumerable.Range(0, rows).Select(row => (float)(row * 5 % columns))];
        float[] weights = [.. KernelTest.Numbers(x.Length, seed: 6, scale: 1).Select(Math.Abs)];
        foreach (bool targetIsClass in (bool[])[true, false])
        {
            float[] gradient = new float[x.Length];
            float loss = CrossEntropy.Run(pool, x, targetIsClass ? classes : weights, columns, targetIsClass, 0.5, gradient);
            double expected = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] p = Probabilities(Row(x, row, columns));
                double[] t = targetIsClass
                    ? [.. Enumerable.Range(0, columns).Select(j => j == (int)classes[row] ? 1.0 : 0)]
                    : Row(weights, row, columns);
                expected -= 0.5 * p.Zip(t, (a, b) => b * Math.Log(a)).Sum();
                double sum = t.Sum();
                for (int j = 0; j < columns; j++)
                {
                    AssertNear(0.5 * ((p[j] * sum) - t[j]), gradient[(row * columns) + j], 2e-6, 1e-5);
                }
            }

            AssertNear(expected, loss, 1e-6, 2e-6);
            Assert.Equal(loss, CrossEntropy.Run(pool, x, targetIsClass ? classes : weights, columns, targetIsClass, 0.5, default), 1e-5f * Math.Abs(loss));
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void CrossEntropy_weights_and_smooths_classes_and_leaves_out_the_ignored(string tier) => OnShapes(tier, (pool, rows, columns) =>
    {
        const double Smoothing = 0.3, Scale = 0.5;
        if (rows == 0)
        {
            return;
        }

        float[] x = KernelTest.Numbers(rows * columns, scale: 10);
        float[] weight = [.. KernelTest.Numbers(columns, seed: 7, scale: 1).Select(Math.Abs)];
        float[] shares = [.. KernelTest.Numbers(x.Length, seed: 6, scale: 1).Select(Math.Abs)];
        float[] classes = [.. Enumerable.Range(0, rows).Select(row => row % 3 == 1 ? -100f : row * 5 % columns)];
        foreach (bool targetIsClass in (bool[])[true, false])
        {
            float[] gradient = new float[x.Length];
            float loss = CrossEntropy.Run(pool, x, targetIsClass ? classes : shares, columns, targetIsClass, Scale, gradient, weight, Smoothing, -100);
            double expected = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] p = Probabilities(Row(x, row, columns));
                double[] t = targetIsClass
                    ? [.. Enumerable.Range(0, columns).Select(j => j == (int)classes[row] ? 1.0 : 0)]
                    : Row(shares, row, columns);
                bool counts = !targetIsClass || classes[row] >= 0;
                double[] q = [.. t.Select((value, j) => counts ? weight[j] * (((1 - Smoothing) * value) + (Smoothing / columns)) : 0)];
                expected -= Scale * p.Zip(q, (a, b) => b * Math.Log(a)).Sum();
                double sum = q.Sum();
                for (int j = 0; j < columns; j++)
                {
                    AssertNear(Scale * ((p[j] * sum) - q[j]), gradient[(row * columns) + j], 2e-6, 1e-5);
                }
            }

            AssertNear(expected, loss, 1e-6, 2e-6);
            Assert.Equal(
                loss, CrossEntropy.Run(pool, x, targetIsClass ? classes : shares, columns, targetIsClass, Scale, default, weight, Smoothing, -100), 1e-5f * Math.Abs(loss));
        }
    });

    [Fact]
    public void CrossEntropy_divides_by_the_weights_of_what_counts()
    {
        Assert.Equal(4, CrossEntropy.SumOfWeights([0, 2, 1, 2], 3, default, float.NaN));
        Assert.Equal(2, CrossEntropy.SumOfWeights([0, 2, 1, 2], 3, default, 2));
        Assert.Equal(10.5, CrossEntropy.SumOfWeights([0, 2, 7, 2], 3, [0.5f, 1, 5], 7));
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(3f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void CrossEntropy_refuses_what_is_no_class(float target)
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => CrossEntropy.Run(pool, new float[3], [target], 3, true, 1, default));
        Assert.Contains("whole numbers from 0 to 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossEntropy_refuses_weights_that_are_not_one_for_each_class()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => CrossEntropy.Run(pool, new float[3], [2], 3, true, 1, default, [1, 1]));
        Assert.Contains("weight has 2 elements; 3 were expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        const int Rows = 1003, Columns = 61;
        float[] x = KernelTest.Numbers(Rows * Columns);
        float[] y = new float[x.Length];
        float[] mean = new float[Rows];
        float[] inverse = new float[Rows];
        float[] first = new float[x.Length];
        float[] second = new float[x.Length];
        float[] third = new float[x.Length];
        float[] classes = new float[Rows];
        float loss = 0;
        void Run(WorkerPool pool)
        {
            Softmax.Forward(pool, x, Columns, y);
            Softmax.Backward(pool, x, y, Columns, first);
            LayerNorm.Forward(pool, x, default, default, Columns, Epsilon, y, mean, inverse);
            LayerNorm.Backward(pool, y, x, default, mean, inverse, Columns, second, default);
            loss = CrossEntropy.Run(pool, x, classes, Columns, true, 1, third);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. first, .. second, .. third, loss];
        });
    }

    private static void OnShapes(string tier, Action<WorkerPool, int, int> test) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int rows, int columns) in Shapes)
        {
            test(pool, rows, columns);
        }
    });

    private static double[] Row(float[] values, int row, int columns) =>
        [.. values.AsSpan(row * columns, columns).ToArray().Select(value => (double)value)];

    private static double[] Probabilities(double[] row)
    {
        double max = row.Max();
        double sum = row.Sum(value => Math.Exp(value - max));
        return [.. row.Select(value => Math.Exp(value - max) / sum)];
    }

    private static void AssertNear(double expected, float actual, double absolute, double relative) =>
        Expect.True(Math.Abs(expected - actual) <= absolute + (relative * Math.Abs(expected)), $"{actual:G9} where {expected:G9} was expected");
}
