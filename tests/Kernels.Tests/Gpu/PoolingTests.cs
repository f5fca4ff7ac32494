using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Pooling and upsampling against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class PoolingTests(OpenClFixture fixture)
{
    // Planes, height, width, size, stride, padding, dilation. Some windows see padding alone.
    public static TheoryData<int, int, int, int, int, int, int> Windows => new()
    {
        { 1, 1, 1, 1, 1, 0, 1 },
        { 3, 5, 7, 2, 2, 0, 1 },
        { 1, 9, 4, 3, 1, 1, 1 },
        { 2, 8, 11, 3, 2, 1, 1 },
        { 4, 7, 7, 2, 3, 1, 1 },
        { 2, 10, 9, 5, 3, 2, 1 },
        { 5, 6, 6, 2, 1, 0, 1 },
        { 1, 1, 1, 2, 1, 1, 2 },
        { 2, 3, 4, 2, 7, 5, 1 },
        { 2, 5, 4, 3, 2, 4, 3 },
        { 2, 4, 4, int.MaxValue, 1, int.MaxValue / 2, 1 },
        { 1, 4, 4, 3, 500_000_000, 600_000_000, 600_000_000 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Max_pooling_agrees_with_the_cpu_to_the_bit(int planes, int height, int width, int size, int stride, int padding, int dilation)
    {
        int Positions(int length) => WindowAxis.Positions(length, size, stride, padding, dilation);
        Window2d window = new(height, width, Positions(height), Positions(width), size, stride, padding, dilation);

        // Few different numbers, so that windows hold equal ones; and what has no order.
        float[] x = [.. Numbers.Random(planes * height * width, 1).Select(value => MathF.Round(value))];
        float[][] operands = [x, [.. x.Select((value, i) => i % 5 == 3 ? float.NaN : i % 7 == 2 ? float.NegativeInfinity : value)]];
        foreach (float[] operand in operands)
        {
            using WorkerPool pool = new(1);
            using GpuMemory memory = new(fixture.Driver);
            float[] output = new float[planes * window.OutputArea];
            MaxPool2d.Forward(pool, operand, window, output);
            float[] outputGradient = Numbers.Random(output.Length, 2);
            float[] inputGradient = new float[x.Length];
            MaxPool2d.Backward(pool, outputGradient, operand, window, inputGradient);
            GpuView<float> xView = memory.Upload(operand);
            GpuView<float> outputView = memory.Result(output.Length);
            GpuView<float> gradientView = memory.Result(x.Length);

            G.MaxPool2dLauncher.Forward(fixture.Driver, xView, window, outputView);
            G.MaxPool2dLauncher.Backward(fixture.Driver, memory.Upload(outputGradient), xView, window, gradientView);

            Assert.Equal(output, memory.Download(outputView));
            Assert.Equal(inputGradient, memory.Download(gradientView));
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 5, 7, 1)]
    [InlineData(2, 4, 3, 2)]
    [InlineData(1, 1, 9, 3)]
    [InlineData(7, 3, 1, 5)]
    public void Upsampling_agrees_with_the_cpu_to_the_bit(int planes, int height, int width, int factor)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] x = Numbers.Random(planes * height * width, 1);
        float[] output = new float[x.Length * factor * factor];
        float[] outputGradient = Numbers.Random(output.Length, 2);
        float[] inputGradient = new float[x.Length];
        UpsampleNearest.Forward(pool, x, width, factor, output);
        UpsampleNearest.Backward(pool, outputGradient, width, factor, inputGradient);
        GpuView<float> outputView = memory.Result(output.Length);
        GpuView<float> gradientView = memory.Result(x.Length);

        G.UpsampleNearest.LaunchForward(fixture.Driver, LaunchSize.Covering(x.Length * factor, 64), memory.Upload(x), width, factor, outputView);
        G.UpsampleNearest.LaunchBackward(fixture.Driver, LaunchSize.Covering(x.Length, 64), memory.Upload(outputGradient), width, factor, gradientView);

        Assert.Equal(output, memory.Download(outputView));
        Assert.Equal(inputGradient, memory.Download(gradientView));
    }
}
