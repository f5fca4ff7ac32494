using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Formulas of three operands with one for each element.</summary>
public class TernaryTests
{
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Three_operands_agree_with_the_plain_formula_at_every_length(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] gradient = KernelTest.Numbers(length, seed: 1);
            float[] x = KernelTest.Numbers(length, seed: 2);
            float[] slope = KernelTest.Numbers(length, seed: 3);
            float[] expected = [.. Enumerable.Range(0, length).Select(i => x[i] > 0 ? gradient[i] : slope[i] * gradient[i])];
            float[] result = new float[length + 2];
            result[0] = result[^1] = -77;
            Ternary.Run<LeakyReluGradientOperator>(pool, gradient, x, slope, result.AsSpan(1, length));
            Assert.Equal([-77, .. expected, -77], result);

            foreach (float[] operand in (float[][])[gradient, x, slope])
            {
                float[] before = [.. operand];
                Ternary.Run<LeakyReluGradientOperator>(pool, gradient, x, slope, operand);
                Assert.Equal(expected, operand);
                before.CopyTo(operand, 0);
            }
        }
    });

    [Fact]
    public void Three_operands_give_the_same_for_any_number_of_threads_and_allocate_nothing()
    {
        float[] gradient = KernelTest.Numbers(50_021, seed: 1);
        float[] x = KernelTest.Numbers(gradient.Length, seed: 2);
        float[] slope = KernelTest.Numbers(gradient.Length, seed: 3);
        float[] result = new float[gradient.Length];
        void Run(WorkerPool pool) => Ternary.Run<LeakyReluGradientOperator>(pool, gradient, x, slope, result);
        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. result];
        });
    }

    [Fact]
    public void An_operand_of_another_length_or_that_the_result_overlaps_in_part_is_refused()
    {
        using WorkerPool pool = new(1);
        float[] numbers = new float[9];
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Ternary.Run<LeakyReluGradientOperator>(pool, numbers, numbers, numbers.AsSpan(1), numbers));
        Assert.Contains("third", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => Ternary.Run<LeakyReluGradientOperator>(pool, new float[8], new float[8], numbers.AsSpan(1), numbers.AsSpan(0, 8)));
    }
}
