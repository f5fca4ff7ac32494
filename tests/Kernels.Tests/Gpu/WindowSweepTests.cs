using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>
/// Convolutions and pooling over every combination of small windows and pictures, against their definitions in double precision: as they are
/// run on a processor and as on a GPU.
/// </summary>
[Collection(OpenClCollection.Name)]
public sealed class WindowSweepTests(OpenClFixture fixture)
{
    private const int Batch = 2;

    private static readonly (int Height, int Width)[] Pictures = [(5, 7), (6, 4), (1, 3)];

    private static readonly (int Inputs, int Outputs)[] Channels = [(1, 1), (2, 3)];

    /// <summary>Windows that cover a picture as a convolution's do, which may leave its last rows and columns unseen.</summary>
    private static IEnumerable<Window2d> Convolutions =>
        from geometry in Geometries
        from picture in Pictures
        let height = Window2d.Positions(picture.Height, geometry.Size, geometry.Stride, geometry.Padding, geometry.Dilation)
        let width = Window2d.Positions(picture.Width, geometry.Size, geometry.Stride, geometry.Padding, geometry.Dilation)
        where height > 0 && width > 0
        select new Window2d(picture.Height, picture.Width, height, width, geometry.Size, geometry.Stride, geometry.Padding, geometry.Dilation);

    /// <summary>Windows of transposed convolutions, whose input has the positions and whose output is the picture; output padding enlarges it.</summary>
    private static IEnumerable<Window2d> TransposedConvolutions =>
        from geometry in Geometries
        from positions in Pictures
        from outputPadding in Enumerable.Range(0, Math.Max(geometry.Stride, geometry.Dilation))
        let height = Length(positions.Height, geometry) + outputPadding
        let width = Length(positions.Width, geometry) + outputPadding
        where height > 0 && width > 0
        select new Window2d(height, width, positions.Height, positions.Width, geometry.Size, geometry.Stride, geometry.Padding, geometry.Dilation);

    private static IEnumerable<(int Size, int Stride, int Padding, int Dilation)> Geometries =>
        from size in Enumerable.Range(1, 3)
        from stride in Enumerable.Range(1, 3)
        from padding in Enumerable.Range(0, 3)
        from dilation in Enumerable.Range(1, size == 3 ? 3 : 2)
        select (size, stride, padding, dilation);

    [Fact]
    public void Convolutions_are_what_they_are_defined_to_be() => CheckConvolutions(Convolutions);

    [Fact]
    public void Transposed_convolutions_are_what_they_are_defined_to_be() => CheckConvolutions(TransposedConvolutions);

    [Fact]
    public void Max_pooling_is_what_it_is_defined_to_be()
    {
        const int Planes = 3;
        foreach (Window2d window in Convolutions.Where(SeesANumberEverywhere))
        {
            float[] x = Numbers.Random(Planes * window.InputArea, 1);
            float[] outputGradient = Numbers.Random(Planes * window.OutputArea, 2);
            float[] y = new float[outputGradient.Length];
            double[] inputGradient = new double[x.Length];
            for (int i = 0; i < y.Length; i++)
            {
                int greatest = Seen(window, i % window.OutputArea).Select(seen => (i / window.OutputArea * window.InputArea) + seen.Place).MaxBy(place => x[place]);
                y[i] = x[greatest];
                inputGradient[greatest] += outputGradient[i];
            }

            using GpuMemory memory = new(fixture.Driver);
            GpuView<float> operand = memory.Upload(x);
            GpuView<float> result = memory.Result(y.Length);
            GpuView<float> gradient = memory.Result(x.Length);
            G.MaxPool2dLauncher.Forward(fixture.Driver, operand, window, result);
            G.MaxPool2dLauncher.Backward(fixture.Driver, memory.Upload(outputGradient), operand, window, gradient);
            Assert.Equal(y, memory.Download(result));
            AssertClose($"input gradient of {window}", inputGradient, memory.Download(gradient));
        }
    }

    private static bool SeesANumberEverywhere(Window2d window) =>
        Enumerable.Range(0, window.OutputArea).All(position => Seen(window, position).Any());

    private static int Length(int positions, (int Size, int Stride, int Padding, int Dilation) geometry) =>
        ((positions - 1) * geometry.Stride) - (2 * geometry.Padding) + (geometry.Dilation * (geometry.Size - 1)) + 1;

    private void CheckConvolutions(IEnumerable<Window2d> windows)
    {
        (GpuDriver Driver, G.Conv2dLauncher Launcher)[] launchers =
        [
            .. new[] { fixture.Driver, (GpuDriver)new AsGpu(fixture.Driver) }
                .Select(driver => (driver, new G.Conv2dLauncher(driver, new G.MatMulLauncher(driver), new G.ReductionLauncher(driver)))),
        ];
        foreach (Window2d window in windows)
        {
            foreach ((int inputs, int outputs) in Channels)
            {
                Plain plain = new(window, inputs, outputs);
                foreach ((GpuDriver driver, G.Conv2dLauncher launcher) in launchers)
                {
                    using GpuMemory memory = new(driver);
                    GpuView<float> input = memory.Upload(plain.Input);
                    GpuView<float> weight = memory.Upload(plain.Weight);
                    GpuView<float> output = memory.Upload(plain.Output);
                    GpuView<float> forward = memory.Result(plain.Output.Length);
                    GpuView<float> inputGradient = memory.Result(plain.Input.Length);
                    GpuView<float> weightGradient = memory.Result(plain.Weight.Length);

                    launcher.Forward(input, weight, memory.Upload(plain.OutputBias), inputs, outputs, window, forward);
                    launcher.InputGradient(output, weight, memory.Upload(plain.InputBias), inputs, outputs, window, inputGradient);
                    launcher.WeightGradient(input, output, inputs, outputs, window, weightGradient, accumulate: false);

                    string what = $"{inputs} to {outputs} channels, {window}, {(driver.IsProcessor ? "processor" : "GPU")}";
                    AssertClose($"forward: {what}", plain.Forward, memory.Download(forward));
                    AssertClose($"input gradient: {what}", plain.InputGradient, memory.Download(inputGradient));
                    AssertClose($"weight gradient: {what}", plain.WeightGradient, memory.Download(weightGradient));
                }
            }
        }
    }

    private static void AssertClose(string what, double[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5 * (1 + Math.Abs(expected[i])), $"{what}, element {i}: expected {expected[i]}, got {actual[i]}.");
        }
    }

    /// <summary>What the window sees at a position: elements of the window with their places in the picture.</summary>
    private static IEnumerable<(int Element, int Place)> Seen(Window2d window, int position)
    {
        int i = position / window.OutputWidth;
        int j = position % window.OutputWidth;
        for (int k = 0; k < window.Size; k++)
        {
            for (int l = 0; l < window.Size; l++)
            {
                int row = (i * window.Stride) - window.Padding + (k * window.Dilation);
                int column = (j * window.Stride) - window.Padding + (l * window.Dilation);
                if (row >= 0 && row < window.InputHeight && column >= 0 && column < window.InputWidth)
                {
                    yield return ((k * window.Size) + l, (row * window.InputWidth) + column);
                }
            }
        }
    }

    /// <summary>A convolution by its definition: every product of an input and a weight, added where it belongs.</summary>
    private sealed class Plain
    {
        public Plain(Window2d window, int inputs, int outputs)
        {
            Input = Numbers.Random(Batch * inputs * window.InputArea, 1, 1);
            Weight = Numbers.Random(outputs * inputs * window.Area, 2, 1);
            Output = Numbers.Random(Batch * outputs * window.OutputArea, 3, 1);
            OutputBias = Numbers.Random(outputs, 4, 1);
            InputBias = Numbers.Random(inputs, 5, 1);
            Forward = [.. Output.Select((_, i) => (double)OutputBias[i / window.OutputArea % outputs])];
            InputGradient = [.. Input.Select((_, i) => (double)InputBias[i / window.InputArea % inputs])];
            WeightGradient = new double[Weight.Length];
            for (int position = 0; position < window.OutputArea; position++)
            {
                foreach ((int element, int place) in Seen(window, position))
                {
                    for (int sample = 0; sample < Batch; sample++)
                    {
                        for (int o = 0; o < outputs; o++)
                        {
                            for (int c = 0; c < inputs; c++)
                            {
                                int y = (((sample * outputs) + o) * window.OutputArea) + position;
                                int w = (((o * inputs) + c) * window.Area) + element;
                                int x = (((sample * inputs) + c) * window.InputArea) + place;
                                Forward[y] += (double)Weight[w] * Input[x];
                                InputGradient[x] += (double)Weight[w] * Output[y];
                                WeightGradient[w] += (double)Output[y] * Input[x];
                            }
                        }
                    }
                }
            }
        }

        public float[] Input { get; }

        public float[] Weight { get; }

        public float[] Output { get; }

        public float[] OutputBias { get; }

        public float[] InputBias { get; }

        public double[] Forward { get; }

        public double[] InputGradient { get; }

        public double[] WeightGradient { get; }
    }
}
