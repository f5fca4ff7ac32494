using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The reductions and the loss against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class ReductionTests(OpenClFixture fixture)
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 },
        { 3, 5, 7 },
        { 1, 513, 1 },
        { 1, 128, 67 },
        { 2, 1021, 3 },
        { 1, 100_003, 1 },
        { 65, 31, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_agree_with_the_cpu(int outer, int axis, int inner)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] x = Numbers.Random(outer * axis * inner, 3);
        float[] sum = new float[outer * inner];
        float[] mean = new float[outer * inner];
        Sum.Run(pool, x, outer, axis, inner, sum);
        Mean.Run(pool, x, outer, axis, inner, mean);
        G.ReductionLauncher reductions = new(fixture.Driver);
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
    public void Extremes_agree_with_the_cpu(int outer, int axis, int inner)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(fixture.Driver);
        foreach (bool withNaN in new[] { false, true })
        {
            float[] x = Numbers.Random(outer * axis * inner, 4);
            if (withNaN)
            {
                x[x.Length / 2] = float.NaN;
            }

            float[] max = new float[outer * inner];
            float[] min = new float[outer * inner];
            float[] place = new float[outer * inner];
            Max.Run(pool, x, outer, axis, inner, max);
            Min.Run(pool, x, outer, axis, inner, min);
            ArgMax.Run(pool, x, outer, axis, inner, place);
            GpuView<float> operand = memory.Upload(x);
            GpuView<float> result = memory.Result(max.Length);

            reductions.Max(operand, outer, axis, inner, result);
            Assert.Equal(max, memory.Download(result));
            reductions.Min(operand, outer, axis, inner, result);
            Assert.Equal(min, memory.Download(result));
            G.ArgMax.LaunchRun(fixture.Driver, LaunchSize.Covering(result.Length, 64), operand, axis, inner, result);
            Assert.Equal(place, memory.Download(result));
        }
    }

    [Fact]
    public void The_first_of_equal_values_is_the_place_of_the_largest()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(3);
        float[] x = [1, 2, 2, -0f, 0f, -1, float.NegativeInfinity, float.NaN, float.NaN];

        G.ArgMax.LaunchRun(fixture.Driver, LaunchSize.Covering(3, 64), memory.Upload(x), 3, 1, result);

        Assert.Equal([1f, 0f, 1f], memory.Download(result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(100_352)]
    public void The_mean_squared_error_agrees_with_the_cpu(int length)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        G.ReductionLauncher reductions = new(fixture.Driver);
        float[] output = Numbers.Random(length, 5, 1);
        float[] target = Numbers.Random(length, 6, 1);
        GpuView<float> outputView = memory.Upload(output);
        GpuView<float> targetView = memory.Upload(target);
        GpuView<float> loss = memory.Result(1);
        reductions.Mse(outputView, targetView, loss);
        Numbers.AssertClose([Mse.Forward(pool, output, target)], memory.Download(loss), 1e-5f);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            float[] expected = new float[length];
            float expectedLoss = Mse.ForwardBackward(pool, output, target, expected, activation);
            GpuView<float> gradient = memory.Result(length);

            reductions.Mse(outputView, targetView, loss, gradient, activation);

            Numbers.AssertClose([expectedLoss], memory.Download(loss), 1e-5f);
            Numbers.AssertClose(expected, memory.Download(gradient), 1e-5f, 1e-10f);
        }
    }
}
