using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>Convolutions against the CPU's, as they are run on a processor and as on a GPU.</summary>
[Collection(OpenClCollection.Name)]
public sealed class Conv2dTests(OpenClFixture fixture)
{
    // Batch, channels in and out, height, width, size, stride, padding, dilation. The last does not fit into one run of columns on a processor.
    public static TheoryData<int, int, int, int, int, int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1, 1, 1, 1, 0, 1 },
        { 2, 3, 5, 7, 5, 1, 1, 0, 1 },
        { 3, 2, 4, 6, 8, 1, 1, 0, 1 },
        { 2, 3, 4, 5, 7, 1, 2, 1, 1 },
        { 5, 1, 7, 9, 11, 3, 1, 0, 1 },
        { 3, 2, 17, 7, 7, 3, 1, 1, 1 },
        { 2, 4, 3, 8, 9, 3, 2, 1, 1 },
        { 2, 2, 3, 11, 6, 3, 3, 2, 1 },
        { 1, 3, 2, 9, 7, 5, 2, 2, 1 },
        { 2, 2, 2, 9, 10, 3, 2, 2, 3 },
        { 1, 2, 6, 4, 3, 4, 1, 2, 1 },
        { 0, 2, 3, 5, 5, 3, 1, 1, 1 },
        { 37, 8, 3, 26, 25, 5, 1, 1, 1 },
        { 2, 2, 3, 4, 4, 3, 46_341, 1, 1 },
        { 2, 3, 2, 4, 4, 3, 100_000, 100_000, 99_999 },
        { 1, 2, 3, 3, 4, 3, 500_000_000, 600_000_000, 600_000_000 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_agrees_with_the_cpu(
        int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int dilation)
    {
        Case subject = new(batch, inputs, outputs, height, width, size, stride, padding, dilation);
        foreach (bool withBias in new[] { false, true })
        {
            float[] expected = new float[subject.Output.Length];
            float[] bias = withBias ? Numbers.Random(outputs, 4, 1) : [];
            using WorkerPool pool = new(1);
            Conv2d.Forward(pool, subject.Input, subject.Weight, bias, inputs, outputs, subject.Window, expected);
            OnBoth((memory, launcher) =>
            {
                GpuView<float> result = memory.Result(expected.Length);
                launcher.Forward(
                    memory.Upload(subject.Input), memory.Upload(subject.Weight), new(withBias ? memory.Upload(bias) : default), inputs, outputs, subject.Window, result);
                Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * subject.Depth);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_inputs_gradient_agrees_with_the_cpu(
        int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int dilation)
    {
        Case subject = new(batch, inputs, outputs, height, width, size, stride, padding, dilation);
        foreach (bool withBias in new[] { false, true })
        {
            float[] expected = new float[subject.Input.Length];
            float[] bias = withBias ? Numbers.Random(inputs, 4, 1) : [];
            using WorkerPool pool = new(1);
            Conv2d.InputGradient(pool, subject.Output, subject.Weight, bias, inputs, outputs, subject.Window, expected);
            OnBoth((memory, launcher) =>
            {
                GpuView<float> result = memory.Result(expected.Length);
                launcher.InputGradient(
                    memory.Upload(subject.Output), memory.Upload(subject.Weight), new(withBias ? memory.Upload(bias) : default), inputs, outputs, subject.Window, result);
                Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 1e-6f * outputs * size * size);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_weights_gradient_agrees_with_the_cpu_and_is_the_same_every_time(
        int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int dilation)
    {
        Case subject = new(batch, inputs, outputs, height, width, size, stride, padding, dilation);
        foreach (bool accumulate in new[] { false, true })
        {
            float[] before = Numbers.Random(subject.Weight.Length, 4, 1);
            float[] expected = [.. before];
            using WorkerPool pool = new(1);
            if (batch == 0)
            {
                expected = accumulate ? before : new float[before.Length];
            }
            else
            {
                Conv2d.WeightGradient(pool, subject.Input, subject.Output, inputs, outputs, subject.Window, expected, accumulate);
            }

            OnBoth((memory, launcher) =>
            {
                GpuView<float> x = memory.Upload(subject.Input);
                GpuView<float> outputGradient = memory.Upload(subject.Output);
                GpuView<float> result = memory.Upload(before);
                GpuView<float> again = memory.Upload(before);

                launcher.WeightGradient(x, outputGradient, inputs, outputs, subject.Window, result, accumulate);
                launcher.WeightGradient(x, outputGradient, inputs, outputs, subject.Window, again, accumulate);

                float[] actual = memory.Download(result);
                Numbers.AssertClose(expected, actual, 1e-5f, 1e-6f * Math.Max(1, batch * subject.Window.OutputArea));
                Assert.Equal(actual, memory.Download(again));
            });
        }
    }

    // An activation behind the convolution, and the derivative of one below, over several runs of samples and in groups.
    [Theory]
    [InlineData(2, 2, 4, 6, 7, 3, 2, 1, 1)]
    [InlineData(3, 4, 2, 5, 5, 3, 1, 1, 2)]
    [InlineData(3, 2, 4, 5, 4, 1, 1, 0, 1)]
    [InlineData(3, 4, 4, 5, 4, 1, 1, 0, 2)]
    [InlineData(37, 8, 3, 26, 25, 5, 1, 1, 1)]
    public void What_is_done_before_a_number_is_stored_is_what_is_done_after(
        int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int groups)
    {
        Case subject = new(batch, inputs, outputs, height, width, size, stride, padding, 1);
        float[] weight = Numbers.Random(subject.Weight.Length / groups, 5, 1);
        float[] outputBelow = Numbers.Random(subject.Output.Length, 6, 1);
        float[] inputBelow = Numbers.Random(subject.Input.Length, 7, 1);
        OnBoth((memory, launcher) =>
        {
            GpuView<float> x = memory.Upload(subject.Input);
            GpuView<float> g = memory.Upload(subject.Output);
            GpuView<float> weights = memory.Upload(weight);
            GpuView<float> outputBias = memory.Upload(Numbers.Random(outputs, 8, 1));
            GpuView<float> inputBias = memory.Upload(Numbers.Random(inputs, 9, 1));
            GpuView<float> output = memory.Result(subject.Output.Length);
            GpuView<float> input = memory.Result(subject.Input.Length);

            launcher.Forward(x, weights, new(outputBias), inputs, outputs, subject.Window, output, groups);
            float[] expected = After(memory.Download(output), outputBelow);
            launcher.Forward(
                x, weights, new(outputBias, Activation.Tanh, memory.Upload(outputBelow), Activation.Sigmoid), inputs, outputs, subject.Window, output, groups);
            Numbers.AssertClose(expected, memory.Download(output), 1e-5f, 1e-6f);

            launcher.InputGradient(g, weights, new(inputBias), inputs, outputs, subject.Window, input, groups);
            expected = After(memory.Download(input), inputBelow);
            launcher.InputGradient(
                g, weights, new(inputBias, Activation.Tanh, memory.Upload(inputBelow), Activation.Sigmoid), inputs, outputs, subject.Window, input, groups);
            Numbers.AssertClose(expected, memory.Download(input), 1e-5f, 1e-6f);
        });

        static float[] After(float[] values, float[] below) => [.. values.Select((value, i) => MathF.Tanh(value) * below[i] * (1 - below[i]))];
    }

    [Fact]
    public void What_an_int_cannot_number_is_refused() => OnBoth((memory, launcher) =>
    {
        // 2^29 positions of 9 elements.
        Window2d window = new(16_384, 32_768, 16_384, 32_768, 3, 1, 1, 1);
        GpuView<float> some = memory.Upload(new float[9]);
        string message = Assert.Throws<ArgumentException>(() => launcher.Forward(default, some, default, 1, 1, window, default)).Message;
        Assert.Contains("columns", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => launcher.InputGradient(default, some, default, 1, 1, window, default));
        Assert.Throws<ArgumentException>(() => launcher.WeightGradient(default, default, 1, 1, window, some, accumulate: false));
        Window2d tooLarge = new(4, 4, 2, 2, 3, 1, 0, int.MaxValue);
        Assert.Throws<ArgumentException>(() => launcher.Forward(some, some, default, 1, 1, tooLarge, some));
    });

    private void OnBoth(Action<GpuMemory, G.Conv2dLauncher> check)
    {
        foreach (GpuDriver driver in new GpuDriver[] { fixture.Driver, new AsGpu(fixture.Driver) })
        {
            using GpuMemory memory = new(driver);
            check(memory, new G.Conv2dLauncher(driver, new G.MatMulLauncher(driver), new G.ReductionLauncher(driver)));
        }
    }

    /// <summary>A window over pictures of a size, and numbers for the three tensors that it joins.</summary>
    private sealed class Case
    {
        public Case(int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int dilation)
        {
            int Positions(int length) => WindowAxis.Positions(length, size, stride, padding, dilation);
            Window = new Window2d(height, width, Positions(height), Positions(width), size, stride, padding, dilation);
            Depth = inputs * Window.Area;
            Input = Numbers.Random(batch * inputs * Window.InputArea, 1, 1);
            Weight = Numbers.Random(outputs * Depth, 2, 1);
            Output = Numbers.Random(batch * outputs * Window.OutputArea, 3, 1);
        }

        public Window2d Window { get; }

        public int Depth { get; }

        public float[] Input { get; }

        public float[] Weight { get; }

        public float[] Output { get; }
    }
}
