using Quern.Kernels.Cpu;
using Quern.Kernels.Cpu.Simd;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public class MatMulTests
{
    // m, n, k: none, one, primes, k > m, and the edges of every tile (4, 6, 8, 14 rows; 4, 8, 16, 32 columns) and block; vectors.
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 0, 3, 4 }, { 3, 0, 4 }, { 3, 4, 0 }, { 1, 1, 1 }, { 1, 7, 5 }, { 7, 1, 5 }, { 2, 3, 1 },
        { 3, 5, 29 }, { 5, 15, 7 }, { 13, 97, 9 }, { 100, 66, 5 }, { 6, 16, 8 }, { 7, 17, 9 }, { 11, 13, 101 }, { 13, 31, 33 }, { 14, 32, 64 }, { 15, 33, 31 },
        { 23, 29, 3 }, { 29, 63, 17 }, { 64, 65, 66 }, { 97, 89, 131 }, { 128, 32, 64 }, { 16, 784, 256 }, { 61, 47, 521 }, { 200, 150, 1031 },
        { 1, 33, 7 }, { 1, 257, 401 }, { 1, 5003, 13 }, { 1, 9001, 9 }, { 77, 1, 100 }, { 1031, 1, 409 }, { 5003, 1, 41 }, { 1, 67, 2003 }, { 2, 1, 40_009 },
        { 32, 64, 9 }, { 48, 33, 5 }, { 40, 16, 1024 }, { 24, 15, 17 },
    };

    // The same without the large ones, which take long where .NET computes the vectors in software.
    public static TheoryData<int, int, int, string> SmallShapesOnEveryTier
    {
        get
        {
            var data = new TheoryData<int, int, int, string>();
            foreach ((int m, int n, int k) in Shapes.Select(row => row.Data))
            {
                if (m * n * k <= 1 << 18)
                {
                    foreach (string tier in Enum.GetNames<SimdTier>())
                    {
                        data.Add(m, n, k, tier);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatMul_agrees_with_the_plain_product(int m, int n, int k)
    {
        foreach (bool transposeLeft in new[] { false, true })
        {
            foreach (bool transposeRight in new[] { false, true })
            {
                foreach (bool accumulate in new[] { false, true })
                {
                    new Problem(m, n, k, transposeLeft, transposeRight, accumulate).Check(2);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallShapesOnEveryTier))]
    public void MatMul_agrees_with_the_plain_product_on_every_tier(int m, int n, int k, string tier)
    {
        SimdDispatch.Force(Enum.Parse<SimdTier>(tier));
        try
        {
            foreach (bool transposeLeft in new[] { false, true })
            {
                foreach (bool transposeRight in new[] { false, true })
                {
                    new Problem(m, n, k, transposeLeft, transposeRight, true)
                    {
                        WithBias = true,
                        Activation = Activation.Tanh,
                        WithGradientOutput = true,
                        GradientActivation = Activation.Sigmoid,
                    }.Check(2);
                }
            }
        }
        finally
        {
            SimdDispatch.Force(null);
        }
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Tanh)]
    public void MatMul_applies_bias_and_activation(Activation activation)
    {
        foreach ((int m, int n, int k) in new[] { (7, 33, 5), (1, 1, 3), (13, 50, 0), (37, 16, 600) })
        {
            new Problem(m, n, k, false, true, false) { WithBias = true, Activation = activation }.Check(2);
            new Problem(m, n, k, true, false, true) { WithBias = true, Activation = activation }.Check(2);
            new Problem(m, n, k, false, false, true) { Activation = activation }.Check(2);
        }
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Tanh)]
    public void MatMul_multiplies_by_the_derivative_through_the_output(Activation activation)
    {
        foreach ((int m, int n, int k) in new[] { (7, 33, 5), (1, 1, 3), (13, 50, 0), (37, 16, 600) })
        {
            new Problem(m, n, k, false, false, false) { WithGradientOutput = true, GradientActivation = activation }.Check(2);
            new Problem(m, n, k, false, true, true) { WithBias = true, WithGradientOutput = true, GradientActivation = activation }.Check(2);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_result_is_the_same_to_the_bit_for_any_number_of_threads(int m, int n, int k)
    {
        foreach ((bool transposeLeft, bool transposeRight) in new[] { (false, true), (true, false), (false, false), (true, true) })
        {
            var problem = new Problem(m, n, k, transposeLeft, transposeRight, true) { WithBias = true, Activation = Activation.Sigmoid };
            float[] one = problem.Run(1);
            Assert.Equal(one, problem.Run(2));
            Assert.Equal(one, problem.Run(3));
        }
    }

    [Theory]
    [MemberData(nameof(SmallShapesOnEveryTier))]
    public void Nothing_is_read_or_written_behind_an_operand(int m, int n, int k, string tier)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Unreadable memory is asked for as Linux does.");
        using var pool = new WorkerPool(1);
        using GuardedFloats left = new(m * k), right = new(k * n), result = new(m * n), bias = new(n), output = new(m * n);
        SimdDispatch.Force(Enum.Parse<SimdTier>(tier));
        try
        {
            foreach ((bool transposeLeft, bool transposeRight) in new[] { (false, true), (true, false), (false, false), (true, true) })
            {
                var epilogue = new Epilogue<ReadOnlySpan<float>> { Bias = bias.Span, GradientOutput = output.Span, GradientActivation = Activation.Relu };
                MatMul.Run(pool, m, n, k, left.Span, transposeLeft, right.Span, transposeRight, result.Span, true, epilogue);
            }
        }
        finally
        {
            SimdDispatch.Force(null);
        }
    }

    [Fact]
    public void A_second_call_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        float[] left = new float[100 * 90], right = new float[90 * 80], result = new float[100 * 80], bias = new float[80];
        long allocated = Allocations.LeastOf(() =>
        {
            var epilogue = new Epilogue<ReadOnlySpan<float>> { Bias = bias, Activation = Activation.Sigmoid };
            MatMul.Run(pool, 100, 80, 90, left, false, right, true, result, false, epilogue);
            MatMul.Run(pool, 100, 80, 90, left, true, right, false, result, true, epilogue);
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_wrong_length_is_refused_with_the_shape_that_was_expected()
    {
        using var pool = new WorkerPool(1);
        var error = Assert.Throws<ArgumentException>(() => MatMul.Run(pool, 2, 3, 4, new float[8], false, new float[11], false, new float[6]));
        Assert.Contains("right operand has 11 values", error.Message, StringComparison.Ordinal);
        Assert.Contains("[4, 3]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MatMul.Run(pool, 2, 3, 4, new float[7], false, new float[12], false, new float[6]));
        Assert.Throws<ArgumentException>(() => MatMul.Run(pool, 2, 3, 4, new float[8], false, new float[12], false, new float[5]));
        Assert.Throws<ArgumentException>(() =>
            MatMul.Run(pool, 2, 3, 4, new float[8], false, new float[12], false, new float[6], false, new Epilogue<ReadOnlySpan<float>> { Bias = new float[2] }));
        Assert.Throws<ArgumentException>(() =>
            MatMul.Run(pool, 2, 3, 4, new float[8], false, new float[12], false, new float[6], false, new Epilogue<ReadOnlySpan<float>> { GradientOutput = new float[5] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMul.Run(pool, -2, 3, 4, [], false, [], false, []));
    }

    /// <summary>Random operands of one product, and the plain double-precision result that it is held against.</summary>
    private sealed class Problem(int m, int n, int k, bool transposeLeft, bool transposeRight, bool accumulate)
    {
        private readonly float[] _left = Values((m * 7) + 1, m * k);
        private readonly float[] _right = Values((n * 5) + 2, k * n);
        private readonly float[] _initial = Values(3, m * n);
        private readonly float[] _bias = Values(4, n);
        private readonly float[] _gradientOutput = Values(5, m * n);

        public bool WithBias { get; init; }

        public Activation Activation { get; init; }

        public bool WithGradientOutput { get; init; }

        public Activation GradientActivation { get; init; }

        public float[] Run(int threads)
        {
            using var pool = new WorkerPool(threads);
            float[] result = (float[])_initial.Clone();
            var epilogue = new Epilogue<ReadOnlySpan<float>>
            {
                Bias = WithBias ? _bias : default(ReadOnlySpan<float>),
                Activation = Activation,
                GradientOutput = WithGradientOutput ? _gradientOutput : default(ReadOnlySpan<float>),
                GradientActivation = GradientActivation,
            };
            MatMul.Run(pool, m, n, k, _left, transposeLeft, _right, transposeRight, result, accumulate, epilogue);
            return result;
        }

        public void Check(int threads)
        {
            float[] result = Run(threads);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    (double expected, double magnitude) = Plain(i, j);

                    // Rounding errors of a sum of k products grow at most with k; the constant leaves room for the activation.
                    double tolerance = (1e-7 * (k + 4) * magnitude) + 1e-6;
                    float actual = result[(i * n) + j];
                    Expect.True(
                        Math.Abs(actual - expected) <= tolerance,
                        $"[{m}, {n}, {k}] transposed {transposeLeft}/{transposeRight}, accumulate {accumulate}: [{i}, {j}] is {actual}, expected {expected}");
                }
            }
        }

        private static float[] Values(int seed, int count)
        {
            var random = new Random(seed);
            float[] values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = (random.NextSingle() * 2) - 1;
            }

            return values;
        }

        private (double Value, double Magnitude) Plain(int i, int j)
        {
            double value = 0, magnitude = 1;
            for (int p = 0; p < k; p++)
            {
                double a = transposeLeft ? _left[(p * m) + i] : _left[(i * k) + p];
                double b = transposeRight ? _right[(j * k) + p] : _right[(p * n) + j];
                value += a * b;
                magnitude += Math.Abs(a * b);
            }

            value += accumulate ? _initial[(i * n) + j] : 0;
            value += WithBias ? _bias[j] : 0;
            value = Activation switch
            {
                Activation.Relu => Math.Max(value, 0),
                Activation.Sigmoid => 1 / (1 + Math.Exp(-value)),
                Activation.Tanh => Math.Tanh(value),
                _ => value,
            };
            if (WithGradientOutput)
            {
                double y = _gradientOutput[(i * n) + j];
                value *= GradientActivation switch
                {
                    Activation.Relu => y > 0 ? 1 : 0,
                    Activation.Sigmoid => y * (1 - y),
                    Activation.Tanh => 1 - (y * y),
                    _ => 1,
                };
            }

            return (value, magnitude);
        }
    }
}
