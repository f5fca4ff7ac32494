using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The reductions and the loss against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class ReductionTests(OpenClFixture fixture)
{
    // As on the processor that it is, and as on a GPU, where many work-items share a result.
    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 1, 1, false },
        { 1, 1, 1, true },
        { 3, 5, 7, false },
        { 3, 5, 7, true },
        { 1, 513, 1, false },
        { 1, 513, 1, true },
        { 1, 128, 67, false },
        { 1, 128, 67, true },
        { 2, 1021, 3, false },
        { 2, 1021, 3, true },
        { 1, 100_003, 1, false },
        { 1, 100_003, 1, true },
        { 65, 31, 1, false },
        { 65, 31, 1, true },
        { 1, 20_011, 5, false },
        { 1, 20_011, 5, true },
        { 3, 30_011, 1, false },
        { 3, 30_011, 1, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_agree_with_the_cpu(int outer, int axis, int inner, bool asGpu)
    {
        GpuDriver driver = asGpu ? new AsGpu(fixture.Driver) : fixture.Driver;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] x = Numbers.Random(outer * axis * inner, 3);
        float[] sum = new float[outer * inner];
        float[] mean = new float[outer * inner];
        Sum.Run(pool, x, outer, axis, inner, sum);
        Mean.Run(pool, x, outer, axis, inner, mean);
        G.ReductionLauncher reductions = new(driver);
        GpuView<float> operand = memory.Upload(x);
        GpuView<float> result = memory.Result(sum.Length);

        reductions.Sum(operand, outer, axis, inner, 1, accumulate: false, result);
        Numbers.AssertClose(sum, memory.Download(result), 1e-5f, 1e-6f * axis);
        reductions.Sum(operand, outer, axis, inner, 1, accumulate: true, result);
        Numbers.AssertClose([.. sum.Select(value => 2 * value)], memory.Download(result), 1e-5f, 2e-6f * axis);
        reductions.Sum(operand, outer, axis, inner, 1f / axis, accumulate: false, result);
        Numbers.AssertClose(mean, memory.Download(result), 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Extremes_agree_with_the_cpu(int outer, int axis, int inner, bool asGpu)
    {
        GpuDriver driver = asGpu ? new AsGpu(fixture.Driver) : fixture.Driver;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(driver);
        foreach (bool withNaN in new[] { false, true })
        {
            // Whole numbers, so that the largest comes more than once, in several lanes.
            float[] x = [.. Numbers.Random(outer * axis * inner, 4, scale: 9).Select(value => MathF.Round(value))];
            if (withNaN)
            {
                x[x.Length / 2] = float.NaN;
            }

            float[] max = new float[outer * inner];
            float[] min = new float[outer * inner];
            float[] place = new float[outer * inner];
            Fold.Run<MaximumOperator>(pool, x, outer, axis, inner, max);
            Fold.Run<MinimumOperator>(pool, x, outer, axis, inner, min);
            ArgMax.Run(pool, x, outer, axis, inner, place);
            GpuView<float> operand = memory.Upload(x);
            GpuView<float> result = memory.Result(max.Length);

            reductions.Fold<MaximumOperator>(operand, outer, axis, inner, result);
            Assert.Equal(max, memory.Download(result));
            reductions.Fold<MinimumOperator>(operand, outer, axis, inner, result);
            Assert.Equal(min, memory.Download(result));
            int lanes = G.AxisLanes.Count(driver, axis);
            G.ArgMax.LaunchRun(driver, G.AxisLanes.Covering(result.Length, lanes), operand, axis, inner, lanes, result);
            Assert.Equal(place, memory.Download(result));
            GpuView<float> serial = memory.Result(place.Length);
            G.ArgMax.LaunchRunSerial(driver, LaunchSize.Covering(serial.Length, G.AxisLanes.ProcessorGroupSize), operand, axis, inner, serial);
            Assert.Equal(place, memory.Download(serial));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_element_is_folded_once(int outer, int axis, int inner, bool asGpu)
    {
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(asGpu ? new AsGpu(fixture.Driver) : fixture.Driver);
        (float[] x, float[] products) = Factors.Of(outer, axis, inner);
        GpuView<float> result = memory.Result(products.Length);

        reductions.Fold<MultiplyOperator>(memory.Upload(x), outer, axis, inner, result);

        Assert.Equal(products, memory.Download(result));
    }

    [Theory]
    [InlineData(3, 41, 1)]
    [InlineData(1, 41, 5)]
    public void Lanes_fold_what_one_would(int outer, int axis, int inner)
    {
        AsGpu driver = new(fixture.Driver);
        using GpuMemory memory = new(driver);
        G.ReductionLauncher reductions = new(driver);
        float[] x = [.. Enumerable.Range(0, outer * axis * inner).Select(i => (float)(i * 7 % 41))];
        float[][] rows = [.. Enumerable.Range(0, outer * inner).Select(
            at => Enumerable.Range(0, axis).Select(j => x[(((at / inner * axis) + j) * inner) + (at % inner)]).ToArray())];
        GpuView<float> operand = memory.Upload(x);
        GpuView<float> result = memory.Result(rows.Length);
        int lanes = G.AxisLanes.Count(driver, axis);
        Assert.True(lanes > 1);

        reductions.Sum(operand, outer, axis, inner, 1, accumulate: false, result);
        Assert.Equal(rows.Select(row => row.Sum()), memory.Download(result));
        reductions.Fold<MaximumOperator>(operand, outer, axis, inner, result);
        Assert.Equal(rows.Select(row => row.Max()), memory.Download(result));
        G.ArgMax.LaunchRun(driver, G.AxisLanes.Covering(result.Length, lanes), operand, axis, inner, lanes, result);
        Assert.Equal(rows.Select(row => (float)Array.IndexOf(row, row.Max())), memory.Download(result));
    }

    [Fact]
    public void Lanes_of_a_row_fold_what_one_would()
    {
        const int Rows = 3, Columns = 41;
        AsGpu driver = new(fixture.Driver);
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(driver);
        float[] x = Numbers.Random(Rows * Columns, 7);
        float[] expected = new float[x.Length];
        Softmax.Forward(pool, x, Columns, expected);
        GpuView<float> result = memory.Result(x.Length);
        int lanes = G.RowLanes.Count(driver, Columns);
        Assert.True(lanes > 1);

        G.Softmax.LaunchForward(driver, G.RowLanes.Covering(Rows, lanes), memory.Upload(x), Columns, lanes, result);

        Numbers.AssertClose(expected, memory.Download(result), 1e-5f);
    }

    [Fact]
    public void The_first_of_equal_values_is_the_place_of_the_largest()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(3);
        float[] x = [1, 2, 2, -0f, 0f, -1, float.NegativeInfinity, float.NaN, float.NaN];

        G.ArgMax.LaunchRun(fixture.Driver, G.AxisLanes.Covering(3, 1), memory.Upload(x), 3, 1, 1, result);
        Assert.Equal([1f, 0f, 1f], memory.Download(result));

        GpuView<float> serial = memory.Result(3);
        G.ArgMax.LaunchRunSerial(fixture.Driver, LaunchSize.Covering(3, G.AxisLanes.ProcessorGroupSize), memory.Upload(x), 3, 1, serial);
        Assert.Equal([1f, 0f, 1f], memory.Download(serial));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(65, false)]
    [InlineData(100_352, false)]
    [InlineData(1, true)]
    [InlineData(63, true)]
    [InlineData(65, true)]
    [InlineData(2_061, true)]
    [InlineData(100_352, true)]
    public void The_mean_squared_error_agrees_with_the_cpu(int length, bool asGpu)
    {
        GpuDriver driver = asGpu ? new AsGpu(fixture.Driver) : fixture.Driver;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(driver);
        float[] output = Numbers.Random(length, 5, 1);
        float[] target = Numbers.Random(length, 6, 1);
        GpuView<float> outputView = memory.Upload(output);
        GpuView<float> targetView = memory.Upload(target);
        GpuView<float> loss = memory.Result(1);
        float[] expected = new float[length];
        float expectedLoss = Loss.Run<MseOperator>(pool, output, target, 1.0 / length, 0, expected, default);
        GpuView<float> gradient = memory.Result(length);

        reductions.Loss<MseOperator>(outputView, targetView, 1.0 / length, 0, loss, gradient, default);

        Numbers.AssertClose([expectedLoss], memory.Download(loss), 1e-5f);
        Numbers.AssertClose(expected, memory.Download(gradient), 1e-5f, 1e-10f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sum_that_no_float_holds_has_a_mean_and_a_norm(bool asGpu)
    {
        GpuDriver driver = asGpu ? new AsGpu(fixture.Driver) : fixture.Driver;
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(driver);
        GpuView<float> result = memory.Result(1);
        foreach (int length in (int[])[10, 131, 100_003])
        {
            GpuView<float> operand = memory.Upload([.. Enumerable.Repeat(1e38f, length)]);
            reductions.Sum(operand, 1, length, 1, 1f / length, accumulate: false, result);
            Numbers.AssertClose([1e38f], memory.Download(result), 1e-6f);
            reductions.Sum(operand, 1, length, 1, 1, accumulate: false, result);
            Assert.Equal([float.PositiveInfinity], memory.Download(result));
            operand = memory.Upload([.. Enumerable.Repeat(1e30f, length)]);
            reductions.Norm(operand, accumulate: false, result);
            Numbers.AssertClose([1e30f * MathF.Sqrt(length)], memory.Download(result), 1e-6f);
        }
    }
}
