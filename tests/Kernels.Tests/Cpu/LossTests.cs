using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>The loop of the element-wise losses, whose formulas the tests of tensors check on every width, and the norm.</summary>
public class LossTests
{
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void The_norm_agrees_with_the_plain_formula(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] x = KernelTest.Numbers(length, seed: 3, scale: 12);
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
        Assert.Equal(200, Loss.Run<BceOperator>(pool, [0, 1], [1, 0], 1, 0, gradient, default));
        Assert.Equal([-1e12f, 1e12f], gradient);
        Assert.Equal(0, Loss.Run<BceOperator>(pool, [0, 1], [0, 1], 1, 0, gradient, default));
    }

    [Fact]
    public void A_small_loss_of_logits_keeps_its_digits()
    {
        using WorkerPool pool = new(1);
        Assert.Equal(Math.Exp(-18), Loss.Run<BceWithLogitsOperator>(pool, [18], [1], 1, 0, default, default), Math.Exp(-18) * 1e-5);
    }

    // A block whose sum is no float is computed again, and the operands are still there for it.
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void A_gradient_in_place_of_an_operand_leaves_a_loss_whose_sum_is_no_float(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(1);
        foreach (int length in (int[])[7, 64, 1003])
        {
            float[] x = [.. Enumerable.Repeat(1e19f, length)];
            Assert.Equal(1e38f, Loss.Run<MseOperator>(pool, x, new float[length], 1.0 / length, 0, x, default), 1e32f);
            Assert.All(x, gradient => Assert.Equal(2e19f / length, gradient, 1e14f / length));
            float[] target = [.. Enumerable.Repeat(-1e19f, length)];
            Assert.Equal(1e38f, Loss.Run<MseOperator>(pool, new float[length], target, 1.0 / length, 0, default, target), 1e32f);
            Assert.All(target, gradient => Assert.Equal(-2e19f / length, gradient, 1e14f / length));
        }
    });

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
            sums[0] = Loss.Run<BceOperator>(pool, x, target, 1, 0, first, default);
            sums[1] = Loss.Run<MseOperator>(pool, x, target, 1, 0, second, default);
            sums[2] = Loss.Run<KlDivergenceOperator>(pool, x, target, 1, 0, default, third);
            sums[3] = (float)Norm.Run(pool, x);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. first, .. second, .. third, .. sums];
        });
    }

    [Fact]
    public void No_elements_or_different_lengths_are_refused()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Run<MseOperator>(pool, new float[2], new float[3], 1, 0, default, default));
        Assert.Equal("MseOperator: the output has 2 elements and the target 3; they must be equal and not 0.", error.Message);
        Assert.Throws<ArgumentException>(() => Loss.Run<MseOperator>(pool, [], [], 1, 0, default, default));
        Assert.Throws<ArgumentException>(() => Loss.Run<MseOperator>(pool, new float[3], new float[3], 1, 0, new float[2], default));
        Assert.Throws<ArgumentException>(() => Loss.Run<MseOperator>(pool, new float[3], new float[3], 1, 0, default, new float[2]));
    }

    private static float[] Fractions(int length, int seed) => [.. KernelTest.Numbers(length, seed, 1).Select(value => (value + 1) / 2)];
}
