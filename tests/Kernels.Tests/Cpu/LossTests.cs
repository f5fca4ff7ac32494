using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>The element-wise losses and the norm, against plain versions in double precision.</summary>
public class LossTests
{
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Losses_and_gradients_agree_with_the_plain_formulas(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths.Where(length => length > 0))
        {
            double scale = 1.0 / length;
            float[] target = Fractions(length, 1);
            float[] probability = Fractions(length, 2);
            float[] x = KernelTest.Numbers(length, seed: 3, scale: 12);
            float[] gradient = new float[length];
            float[] other = new float[length];

            float loss = Bce.Run(pool, probability, target, scale, gradient);
            AssertLoss(loss, length, i => -(target[i] * Log(probability[i])) - ((1 - target[i]) * Log(1 - (double)probability[i])));
            AssertGradient(gradient, i => scale * ((double)probability[i] - target[i]) / Math.Max(probability[i] * (1 - (double)probability[i]), 1e-12));

            loss = BceWithLogits.Run(pool, x, target, scale, gradient);
            AssertLoss(loss, length, i => Math.Max(x[i], 0) - ((double)x[i] * target[i]) + Math.Log(1 + Math.Exp(-Math.Abs(x[i]))));
            AssertGradient(gradient, i => scale * ((1 / (1 + Math.Exp(-x[i]))) - target[i]));

            float[] variance = KernelTest.Numbers(length, seed: 5, scale: 3);
            loss = KlDivergence.Run(pool, x, variance, scale, gradient, other);
            AssertLoss(loss, length, i => 0.5 * (Math.Exp(variance[i]) + ((double)x[i] * x[i]) - 1 - variance[i]));
            AssertGradient(gradient, i => scale * x[i]);
            AssertGradient(other, i => scale * 0.5 * (Math.Exp(variance[i]) - 1));

            double norm = Norm.Run(pool, x);
            Assert.Equal(Math.Sqrt(x.Sum(value => (double)value * value)), norm, norm * 1e-6);
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void The_norm_of_numbers_whose_squares_are_no_floats_is_finite(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(1);
        foreach (int length in (int[])[1, 3, 64, 20_001])
        {
            float[] x = [.. Enumerable.Repeat(1e30f, length)];
            Assert.Equal(Math.Sqrt(length) * 1e30, Norm.Run(pool, x), Math.Sqrt(length) * 1e24);
        }
    });

    [Fact]
    public void A_certain_and_wrong_probability_costs_100_as_in_PyTorch()
    {
        using WorkerPool pool = new(1);
        float[] gradient = new float[2];
        Assert.Equal(200, Bce.Run(pool, [0, 1], [1, 0], 1, gradient));
        Assert.Equal([-1e12f, 1e12f], gradient);
        Assert.Equal(0, Bce.Run(pool, [0, 1], [0, 1], 1, gradient));
    }

    [Fact]
    public void A_small_loss_of_logits_keeps_its_digits()
    {
        using WorkerPool pool = new(1);
        Assert.Equal(Math.Exp(-18), BceWithLogits.Run(pool, [18], [1], 1, default), Math.Exp(-18) * 1e-5);
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        float[] x = Fractions(50_021, 1);
        float[] target = Fractions(x.Length, 2);
        float[] first = new float[x.Length];
        float[] second = new float[x.Length];
        float[] third = new float[x.Length];
        float[] sums = new float[4];
        void Run(WorkerPool pool)
        {
            sums[0] = Bce.Run(pool, x, target, 1, first);
            sums[1] = BceWithLogits.Run(pool, x, target, 1, second);
            sums[2] = KlDivergence.Run(pool, x, target, 1, third, default);
            sums[3] = (float)Norm.Run(pool, x);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. first, .. second, .. third, .. sums];
        });
    }

    private static float[] Fractions(int length, int seed) => [.. KernelTest.Numbers(length, seed, 1).Select(value => (value + 1) / 2)];

    private static double Log(double value) => Math.Max(Math.Log(value), -100);

    private static void AssertLoss(float loss, int length, Func<int, double> expected)
    {
        double mean = Enumerable.Range(0, length).Average(expected);
        Assert.Equal(mean, loss, 1e-7 + (Math.Abs(mean) * 2e-6));
    }

    private static void AssertGradient(float[] gradient, Func<int, double> expected)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double value = expected(i);
            Assert.Equal(value, gradient[i], (1e-6 / gradient.Length) + (Math.Abs(value) * 1e-5));
        }
    }
}
