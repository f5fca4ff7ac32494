using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>The activations whose derivative follows from their input.</summary>
public class LayerActivationTests
{
    private const float Slope = 0.2f;
    private const float Alpha = 0.5f;
    private const float Beta = 2;

    private delegate void Forward(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y);

    private delegate void Backward(WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> x, Span<float> inputGradient);

    // The operation, its plain version and derivative in double precision, and the error that its documentation states.
    private static readonly Dictionary<string, (Forward Forward, Backward Backward, Func<double, double> Exact, Func<double, double> Derivative, double Ulps)> Operations = new()
    {
        ["LeakyRelu"] = (
            (pool, x, y) => Binary.Run<LeakyReluOperator>(pool, x, Slope, y),
            (pool, g, x, result) => Ternary.Run<LeakyReluGradientOperator>(pool, g, x, Slope, result),
            x => x > 0 ? x : x * Slope, x => x > 0 ? 1 : Slope, 0.5),
        ["Elu"] = (
            (pool, x, y) => Binary.Run<EluOperator>(pool, x, Alpha, y),
            (pool, g, x, result) => Ternary.Run<EluGradientOperator>(pool, g, x, Alpha, result),
            x => x > 0 ? x : Alpha * ExpMinusOne(x), x => x > 0 ? 1 : Alpha * Math.Exp(x), 4),
        ["Softplus"] = (
            (pool, x, y) => Binary.Run<SoftplusOperator>(pool, x, Beta, y),
            (pool, g, x, result) => Ternary.Run<SoftplusGradientOperator>(pool, g, x, Beta, result),
            x => (Math.Max(0, Beta * x) + LogOnePlus(Math.Exp(-Math.Abs(Beta * x)))) / Beta, x => Logistic(Beta * x), 4),
        ["Silu"] = (Unary.Run<SiluOperator>, Binary.Run<SiluGradientOperator>, x => x * Logistic(x), x => Logistic(x) * (1 + (x * Logistic(-x))), 4),
        ["Gelu"] = (
            Unary.Run<GeluOperator>,
            Binary.Run<GeluGradientOperator>,
            x => x * NormalDistribution.Phi(x),
            x => NormalDistribution.Phi(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)), 16),
        ["Gelu with tanh"] = (
            Unary.Run<GeluTanhOperator>,
            Binary.Run<GeluTanhGradientOperator>,
            x => x * Logistic(Inner(x)),
            x => Logistic(Inner(x)) * (1 + (x * Logistic(-Inner(x)) * 2 * Math.Sqrt(2 / Math.PI) * (1 + (0.134145 * x * x)))), 256),
    };

    public static TheoryData<string, string> OperationsOnTiers => KernelTest.OnAllTiers(Operations.Keys);

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Forward_is_within_its_stated_error_from_tail_to_tail(string operation, string tier) => KernelTest.OnTier(tier, () =>
    {
        var (forward, _, exact, _, ulps) = Operations[operation];
        using WorkerPool pool = new(1);
        float[] x = [.. Enumerable.Range(-24_000, 48_001).Select(i => i / 2000f), 0, -0f, 1e-30f, -1e-30f, 80, -80, 1e30f];
        float[] y = new float[x.Length];
        forward(pool, x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = exact(x[i]);

            // Denormal factors have few digits.
            bool near = Math.Abs(y[i] - expected) < 1e-36 || KernelTest.UlpError(y[i], expected) <= ulps;
            Expect.True(near, $"{operation}({x[i]:G9}) gave {y[i]:G9}, {KernelTest.UlpError(y[i], expected):G4} ulp from {expected:G9}");
        }
    });

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Backward_multiplies_by_the_derivative(string operation, string tier) => KernelTest.OnTier(tier, () =>
    {
        var (_, backward, _, derivative, _) = Operations[operation];
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] gradient = KernelTest.Numbers(length, seed: 2);
            float[] x = KernelTest.Numbers(length, seed: 3, scale: 8);
            float[] result = new float[length + 2];
            result[0] = result[^1] = -77;
            backward(pool, gradient, x, result.AsSpan(1, length));
            Assert.Equal((-77, -77), (result[0], result[^1]));
            for (int i = 0; i < length; i++)
            {
                double expected = gradient[i] * derivative(x[i]);
                Assert.Equal(expected, result[i + 1], 5e-6 + (3e-6 * Math.Abs(expected)));
            }
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_passes_are_the_same_for_any_number_of_threads_and_allocate_nothing(string operation)
    {
        var (forward, backward, _, _, _) = Operations[operation];
        float[] x = KernelTest.Numbers(50_021);
        float[] y = new float[x.Length];
        float[] gradient = new float[x.Length];
        void Run(WorkerPool pool)
        {
            forward(pool, x, y);
            backward(pool, y, x, gradient);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. y, .. gradient];
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_stays_and_numbers_far_out_give_no_NaN(string operation)
    {
        var (forward, backward, _, _, _) = Operations[operation];
        using WorkerPool pool = new(1);
        float[] y = new float[3];
        forward(pool, [float.NaN, 1e20f, -1e20f], y);
        Assert.True(float.IsNaN(y[0]));
        Assert.Equal(1e20f, y[1]);
        Assert.False(float.IsNaN(y[2]));
        backward(pool, [1, 1, 1], [float.NaN, 1e20f, -1e20f], y);
        Assert.Equal(1, y[1]);
        Assert.Equal(operation == "LeakyRelu" ? Slope : 0, y[2]);
    }

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-4 ? x * (1 + (x / 2 * (1 + (x / 3)))) : Math.Exp(x) - 1;

    private static double LogOnePlus(double x) => x < 1e-4 ? x * (1 - (x * (0.5 - (x / 3)))) : Math.Log(1 + x);

    private static double Inner(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));
}
