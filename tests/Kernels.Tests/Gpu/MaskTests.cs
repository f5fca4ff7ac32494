using Quern.Kernels.Cpu;
using Quern.Kernels.Operators;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Where an operation lets no gradient through, one that is infinite or not a number is 0 as well, as on the CPU.</summary>
[Collection(OpenClCollection.Name)]
public sealed class MaskTests(OpenClFixture fixture)
{
    private static readonly float[] Gradients = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.MaxValue, -3, 0];

    private static readonly float[] Values = [float.NegativeInfinity, -1, -0f, 0, float.Epsilon, 2, float.PositiveInfinity, float.NaN];

    private static readonly float[] EachGradient = [.. Gradients.SelectMany(gradient => Values.Select(_ => gradient))];

    private static readonly float[] EachValue = [.. Gradients.SelectMany(_ => Values)];

    private static readonly LaunchSize OneGroup = new(1, 64);

    [Fact]
    public void Of_a_relu()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(EachValue.Length);
        G.Binary.LaunchRun<ReluGradientOperator>(fixture.Driver, OneGroup, memory.Upload(EachGradient), memory.Upload(EachValue), result);
        float[] actual = memory.Download(result);

        Assert.Equal(OnCpu((pool, y) => Binary.Run<ReluGradientOperator>(pool, EachGradient, EachValue, y)), actual);
        Assert.All(actual.Where((_, i) => !(EachValue[i] > 0)), gradient => Assert.Equal(0, gradient));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    public void Of_a_leaky_relu(float slope)
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(EachValue.Length);
        G.Ternary.LaunchRun<LeakyReluGradientOperator>(fixture.Driver, OneGroup, memory.Upload(EachGradient), memory.Upload(EachValue), slope, result);
        Assert.Equal(OnCpu((pool, y) => Ternary.Run<LeakyReluGradientOperator>(pool, EachGradient, EachValue, slope, y)), memory.Download(result));
    }

    [Fact]
    public void Of_dropout()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(EachValue.Length);
        G.Dropout.LaunchRun(fixture.Driver, OneGroup, 5, 0, 6, 0, Dropout.Threshold(0.5), Dropout.Scale(0.5), memory.Upload(EachGradient), result);
        float[] actual = memory.Download(result);

        Assert.Equal(OnCpu((pool, y) => Dropout.Run(pool, 5, 6, 0.5, EachGradient, y)), actual);
        Assert.Contains(actual.Zip(EachGradient), pair => pair.First == 0 && !float.IsFinite(pair.Second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_max_pooling(int stride)
    {
        int positions = WindowAxis.Positions(5, 2, stride, 0, 1);
        Window2d window = new(5, 5, positions, positions, 2, stride, 0, 1);
        float[] x = Numbers.Random(25, 1);
        float[] gradient = new float[window.OutputArea];
        Array.Fill(gradient, float.PositiveInfinity);
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> result = memory.Result(25);
        G.MaxPool2dLauncher.Backward(fixture.Driver, memory.Upload(gradient), memory.Upload(x), window, result);
        float[] actual = memory.Download(result);

        float[] expected = new float[25];
        using WorkerPool pool = new(1);
        MaxPool2d.Backward(pool, gradient, x, window, expected);
        Assert.Equal(expected, actual);
        Assert.Contains(0, actual);
    }

    // On a GPU the first two have small tiles and the last large ones.
    [Theory]
    [InlineData(6, 8)]
    [InlineData(30, 48)]
    [InlineData(389, 390)]
    public void Of_the_activation_below_a_product(int m, int n)
    {
        float[] left = [.. Enumerable.Range(0, m).Select(i => Gradients[i % Gradients.Length])];
        float[] right = [.. Enumerable.Range(0, n).Select(j => 1f + (j % 3))];
        float[] below = [.. Enumerable.Range(0, m * n).Select(i => Values[i % 7 % Values.Length])];
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Epilogue<ReadOnlySpan<float>> epilogue = new(gradientOutput: below, gradientActivation: activation);
            float[] expected = new float[m * n];
            using WorkerPool pool = new(1);
            MatMul.Run(pool, m, n, 1, left, false, right, false, expected, false, epilogue);
            foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
            {
                using GpuMemory memory = new(driver);
                GpuView<float> result = memory.Result(m * n);
                new G.MatMulLauncher(driver).Run(
                    m, n, 1, memory.Upload(left), false, memory.Upload(right), false, result, epilogue: new(gradientOutput: memory.Upload(below), gradientActivation: activation));
                Numbers.AssertClose(expected, memory.Download(result));
            }
        }
    }

    private static float[] OnCpu(WithResult operation)
    {
        float[] result = new float[EachValue.Length];
        using WorkerPool pool = new(1);
        operation(pool, result);
        return result;
    }

    private delegate void WithResult(WorkerPool pool, Span<float> result);
}
