using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

public class ReductionTests
{
    private delegate void Kernel(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result);

    private static readonly Dictionary<string, (Kernel Run, Func<double[], double> Exact)> Operations = new()
    {
        ["Sum"] = (Sum.Run, values => values.Sum()),
        ["Mean"] = (Mean.Run, values => values.Average()),
        ["Max"] = (Fold.Run<MaximumOperator>, values => values.Max()),
        ["Min"] = (Fold.Run<MinimumOperator>, values => values.Min()),
        ["ArgMax"] = (ArgMax.Run, values => Array.IndexOf(values, values.Max())),
    };

    private static readonly (int Outer, int Axis, int Inner)[] Shapes =
    [
        (1, 1, 1), (3, 1, 5), (1, 7, 1), (5, 9, 1), (2, 31, 1), (4, 65, 3), (1, 129, 17), (7, 3, 33), (1, 130, 257), (2, 2, 64), (1, 40_009, 1),
        (3, 20_011, 1), (1, 601, 67), (1000, 3, 1), (211, 5, 7), (5003, 8, 1), (16, 2, 1), (33, 5, 1), (50, 6, 1), (1009, 64, 1), (17, 63, 1),
        (1, 50_021, 8), (1, 20_011, 3), (1, 9001, 31), (1, 6007, 45), (2, 30_011, 5),
    ];

    public static TheoryData<string, string> OperationsOnTiers => KernelTest.OnAllTiers(Operations.Keys);

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(OperationsOnTiers))]
    public void Run_agrees_with_the_plain_reduction(string name, string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int outer, int axis, int inner) in Shapes)
        {
            // Whole numbers, so that the largest comes more than once.
            float[] x = [.. KernelTest.Numbers(outer * axis * inner, scale: 90).Select(value => MathF.Round(value) / 4)];
            float[] result = new float[(outer * inner) + 1];
            result[^1] = -77;
            Operations[name].Run(pool, x, outer, axis, inner, result.AsSpan(0, outer * inner));
            Assert.Equal(-77, result[^1]);
            double[] values = new double[axis];
            for (int i = 0; i < outer; i++)
            {
                for (int k = 0; k < inner; k++)
                {
                    for (int j = 0; j < axis; j++)
                    {
                        values[j] = x[(((i * axis) + j) * inner) + k];
                    }

                    double exact = Operations[name].Exact(values);
                    float actual = result[(i * inner) + k];
                    Expect.True(
                        KernelTest.UlpError(actual, exact) <= 2, $"{name} of [{outer}, {axis}, {inner}] at {i}, {k}: {actual:G9}, expected {exact:G9}");
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Every_element_is_folded_once(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int outer, int axis, int inner) in Shapes)
        {
            (float[] x, float[] products) = Factors.Of(outer, axis, inner);
            float[] result = new float[outer * inner];
            Fold.Run<MultiplyOperator>(pool, x, outer, axis, inner, result);
            Assert.Equal(products, result);
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_is_the_same_for_any_number_of_threads_and_allocates_nothing(string name)
    {
        foreach ((int outer, int axis, int inner) in ((int, int, int)[])[(1, 300_007, 1), (3, 211, 409), (60_013, 3, 1)])
        {
            float[] x = KernelTest.Numbers(outer * axis * inner);
            float[] result = new float[outer * inner];
            KernelTest.AssertSameForAnyThreadCount(pool =>
            {
                Operations[name].Run(pool, x, outer, axis, inner, result);
                return [.. result];
            });
            Kernel run = Operations[name].Run;
            KernelTest.AssertAllocatesNothing(pool => run(pool, x, outer, axis, inner, result));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_sum_of_millions_is_as_good_as_a_sum_of_a_few(int inner)
    {
        using WorkerPool pool = new(2);
        float[] x = new float[4_000_000];
        Array.Fill(x, 0.1f);
        float[] result = new float[inner];
        Sum.Run(pool, x, 1, x.Length / inner, inner, result);
        Assert.True(KernelTest.UlpError(result[0], 0.1f * (double)(x.Length / inner)) <= 8, $"{result[0]:G9}");
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void What_a_large_number_makes_the_small_ones_lose_is_put_back(string tier) => KernelTest.OnTier(tier, () =>
    {
        const int Axis = 40_009;
        const float Large = 1u << 31;
        using WorkerPool pool = new(2);
        foreach ((int outer, int inner) in ((int, int)[])[(1, 1), (1, 3), (1, 40), (2, 3), (2, 40)])
        {
            float[] x = new float[outer * Axis * inner];
            Array.Fill(x, 1);
            for (int i = 0; i < outer; i++)
            {
                Array.Fill(x, Large, i * Axis * inner, inner);
            }

            float[] result = new float[outer * inner];

            Sum.Run(pool, x, outer, Axis, inner, result);

            Assert.All(result, value => Assert.True(KernelTest.UlpError(value, (double)Large + Axis - 1) <= 1, $"[{outer}, {Axis}, {inner}]: {value:G9}"));
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void NaN_and_infinity_reach_the_result(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(1);
        foreach (int inner in (int[])[1, 2, 40])
        {
            for (int place = 0; place < 50; place++)
            {
                float[] x = new float[50 * inner];
                float[] result = new float[inner];
                x[place * inner] = float.NaN;
                foreach (string name in (string[])["Sum", "Mean", "Max", "Min"])
                {
                    Operations[name].Run(pool, x, 1, 50, inner, result);
                    Assert.True(float.IsNaN(result[0]), $"{name} lost the NaN at {place}");
                }

                ArgMax.Run(pool, x, 1, 50, inner, result);
                Assert.Equal(place, result[0]);
                x[place * inner] = float.PositiveInfinity;
                Sum.Run(pool, x, 1, 50, inner, result);
                Assert.Equal(float.PositiveInfinity, result[0]);
            }
        }
    });

    [Fact]
    public void An_empty_axis_gives_what_leaves_a_number_as_it_is_and_has_no_place()
    {
        using WorkerPool pool = new(1);
        float[] result = [5, 5, 5];
        Sum.Run(pool, [], 1, 0, 3, result);
        Assert.Equal([0, 0, 0], result);
        Mean.Run(pool, [], 3, 0, 1, result);
        Assert.All(result, value => Assert.True(float.IsNaN(value)));
        Fold.Run<MultiplyOperator>(pool, [], 1, 0, 3, result);
        Assert.Equal([1, 1, 1], result);
        Fold.Run<MaximumOperator>(pool, [], 3, 0, 1, result);
        Assert.All(result, value => Assert.Equal(float.NegativeInfinity, value));
        Assert.Throws<ArgumentException>(() => ArgMax.Run(pool, [], 1, 0, 3, result));
        Fold.Run<MaximumOperator>(pool, [], 0, 4, 3, []);
    }

    [Fact]
    public void The_largest_of_more_elements_than_a_float_can_number_is_refused()
    {
        using WorkerPool pool = new(1);
        float[] result = [5];
        ArgMax.Run(pool, new float[1 << 24], 1, 1 << 24, 1, result);
        Assert.Equal(0, result[0]);
        Assert.Contains(
            "at most 16777216", Assert.Throws<ArgumentException>(() => ArgMax.Run(pool, new float[(1 << 24) + 1], 1, (1 << 24) + 1, 1, result)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_with_the_sizes()
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Sum.Run(pool, new float[23], 2, 3, 4, new float[8]));
        Assert.Contains("[2, 3, 4] needs 24 and 8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void ColumnSum_replaces_or_adds(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int rows, int columns) in ((int, int)[])[(0, 3), (1, 1), (128, 784), (37, 1), (40_009, 1), (96, 32), (129, 131)])
        {
            float[] matrix = KernelTest.Numbers(rows * columns);
            float[] result = new float[columns];
            double[] exact = new double[columns];
            for (int i = 0; i < matrix.Length; i++)
            {
                exact[i % columns] += matrix[i];
            }

            ColumnSum.Run(pool, matrix, rows, columns, result, accumulate: false);
            for (int j = 0; j < columns; j++)
            {
                Assert.Equal(exact[j], result[j], 1e-4 * (1 + (rows / 1000.0)));
            }

            ColumnSum.Run(pool, matrix, rows, columns, result, accumulate: true);
            for (int j = 0; j < columns; j++)
            {
                Assert.Equal(2 * exact[j], result[j], 2e-4 * (1 + (rows / 1000.0)));
            }
        }
    });
}
