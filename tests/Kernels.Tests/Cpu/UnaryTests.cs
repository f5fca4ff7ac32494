using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public class UnaryTests
{
    private delegate void Kernel(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y);

    // The operation, its plain version in double precision, and the error that its documentation states.
    private static readonly Dictionary<string, (Kernel Forward, Func<double, double> Exact, double Ulps)> Operations = new()
    {
        ["Exp"] = (Unary.Run<ExpOperator>, Math.Exp, 1),
        ["Log"] = (Unary.Run<LogOperator>, Math.Log, 2),
        ["Sqrt"] = (Unary.Run<SqrtOperator>, Math.Sqrt, 0.5),
        ["Abs"] = (Unary.Run<AbsOperator>, Math.Abs, 0),
        ["Negate"] = (Unary.Run<NegateOperator>, x => -x, 0),
        ["Reciprocal"] = (Unary.Run<ReciprocalOperator>, x => 1 / x, 0.5),
        ["Square"] = (Unary.Run<SquareOperator>, x => x * x, 0.5),
        ["Relu"] = (Unary.Run<ReluOperator>, x => double.IsNaN(x) ? x : Math.Max(x, 0), 0),
        ["Sigmoid"] = (Unary.Run<SigmoidOperator>, x => 1 / (1 + Math.Exp(-x)), 3),
        ["Tanh"] = (Unary.Run<TanhOperator>, Math.Tanh, 3),
        ["Sin"] = (Unary.Run<SinOperator>, Math.Sin, 1),
        ["Cos"] = (Unary.Run<CosOperator>, Math.Cos, 1),
    };

    public static TheoryData<string, string> OperationsOnTiers => KernelTest.OnAllTiers(Operations.Keys);

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Forward_is_within_its_stated_error_all_over_the_floats(string operation, string tier) => KernelTest.OnTier(tier, () =>
    {
        (Kernel forward, Func<double, double> exact, double ulps) = Operations[operation];
        using WorkerPool pool = new(1);
        float[] x = KernelTest.AllOverTheFloats(262_139);
        float[] y = new float[x.Length];
        forward(pool, x, y);
        double worst = 0;
        float worstAt = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = KernelTest.UlpError(y[i], exact(x[i]));
            if (error > worst)
            {
                (worst, worstAt) = (error, x[i]);
            }
        }

        Assert.True(worst <= ulps, $"{operation}({worstAt:G9}) is {worst:G4} ulp off; {ulps} are stated");
    });

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Forward_reaches_every_element_of_any_length_and_no_other(string operation, string tier) => KernelTest.OnTier(tier, () =>
    {
        (Kernel forward, Func<double, double> exact, double ulps) = Operations[operation];
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] x = KernelTest.Numbers(length);
            float[] y = new float[length + 2];
            y[0] = y[^1] = -77;
            forward(pool, x, y.AsSpan(1, length));
            Assert.Equal(-77, y[0]);
            Assert.Equal(-77, y[^1]);
            for (int i = 0; i < length; i++)
            {
                Expect.True(KernelTest.UlpError(y[i + 1], exact(x[i])) <= ulps, $"{operation}({x[i]:G9}) gave {y[i + 1]:G9}");
            }
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_in_place_gives_the_same(string operation)
    {
        Kernel forward = Operations[operation].Forward;
        using WorkerPool pool = new(2);
        float[] x = KernelTest.Numbers(33_001);
        float[] y = new float[x.Length];
        forward(pool, x, y);
        forward(pool, x, x);
        KernelTest.AssertSameBits(y, x);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_is_the_same_for_any_number_of_threads(string operation) => KernelTest.AssertSameForAnyThreadCount(pool =>
    {
        float[] y = new float[100_003];
        Operations[operation].Forward(pool, KernelTest.Numbers(y.Length), y);
        return y;
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_allocates_nothing(string operation)
    {
        float[] x = KernelTest.Numbers(50_000);
        float[] y = new float[x.Length];
        Kernel forward = Operations[operation].Forward;
        KernelTest.AssertAllocatesNothing(pool => forward(pool, x, y));
    }

    [Fact]
    public void A_result_of_another_length_is_refused_with_both_lengths()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Unary.Run<ExpOperator>(pool, new float[3], new float[4]));
        Assert.Contains("ExpOperator: x has 3 elements and the result has 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_partly_overlaps_is_refused()
    {
        using WorkerPool pool = new(1);
        float[] memory = new float[10];
        Assert.Throws<ArgumentException>(() => Unary.Run<ExpOperator>(pool, memory.AsSpan(0, 8), memory.AsSpan(1, 8)));
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Backward_multiplies_by_the_derivative_through_the_output(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] gradient = KernelTest.Numbers(length, seed: 2);
            float[] output = KernelTest.Numbers(length, seed: 3, scale: 0.9f);
            float[] result = new float[length];

            Binary.Run<ReluGradientOperator>(pool, gradient, output, result);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(output[i] > 0 ? gradient[i] : 0, result[i]);
            }

            Binary.Run<SigmoidGradientOperator>(pool, gradient, output, result);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal((double)gradient[i] * output[i] * (1 - output[i]), result[i], 1e-5);
            }

            Binary.Run<TanhGradientOperator>(pool, gradient, output, result);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(gradient[i] * (1 - ((double)output[i] * output[i])), result[i], 1e-5);
            }
        }
    });

    [Fact]
    public void Backward_of_relu_is_zero_where_the_output_is_zero()
    {
        using WorkerPool pool = new(1);
        float[] result = new float[3];
        Binary.Run<ReluGradientOperator>(pool, [5, float.PositiveInfinity, float.NaN], [0, 0, -0f], result);
        Assert.Equal([0, 0, 0], result);
    }
}
