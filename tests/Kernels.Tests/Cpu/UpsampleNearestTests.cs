using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class UpsampleNearestTests
{
    private static readonly (int Rows, int Width, int Factor)[] Shapes =
        [(0, 3, 2), (1, 1, 1), (1, 1, 7), (5, 7, 1), (6, 5, 2), (13, 11, 3), (28, 14, 2), (700, 14, 2), (331, 9, 5)];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Forward_and_Backward_agree_with_the_plain_formulas(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int rows, int width, int factor) in Shapes)
        {
            float[] x = KernelTest.Numbers(rows * width);
            float[] gradient = KernelTest.Numbers(x.Length * factor * factor, seed: 2);
            float[] y = new float[gradient.Length];
            float[] result = new float[x.Length];
            UpsampleNearest.Forward(pool, x, width, factor, y);
            UpsampleNearest.Backward(pool, gradient, width, factor, result);

            double[] expected = new double[x.Length];
            for (int i = 0; i < y.Length; i++)
            {
                (int row, int column) = Math.DivRem(i, width * factor);
                int from = (row / factor * width) + (column / factor);
                Assert.Equal(x[from], y[i]);
                expected[from] += gradient[i];
            }

            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(expected[i], result[i], 1e-5);
            }
        }
    });

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        float[] x = KernelTest.Numbers(701 * 14);
        float[] y = new float[x.Length * 4];
        float[] result = new float[x.Length];
        void Run(WorkerPool pool)
        {
            UpsampleNearest.Forward(pool, x, 14, 2, y);
            UpsampleNearest.Backward(pool, y, 14, 2, result);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. y, .. result];
        });
    }

    [Fact]
    public void A_result_of_another_size_is_refused()
    {
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentException>(() => UpsampleNearest.Forward(pool, new float[6], 3, 2, new float[12]));
        Assert.Throws<ArgumentException>(() => UpsampleNearest.Backward(pool, new float[24], 4, 2, new float[6]));
    }
}
