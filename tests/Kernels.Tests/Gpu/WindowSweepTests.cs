using Quern.Kernels.Tests.OpenCl;
using Quern.Tests.Shared;
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

    private static readonly (int Inputs, int Outputs, int Groups)[] Channels = [(1, 1, 1), (2, 3, 1)];

    private static readonly (int Inputs, int Outputs, int Groups)[] Grouped = [(2, 2, 2), (6, 4, 2), (3, 9, 3)];

    private static readonly Geometry[] Geometries =
    [
        .. from size in Enumerable.Range(1, 3)
           from stride in Enumerable.Range(1, 3)
           from padding in Enumerable.Range(0, 3)
           from dilation in Enumerable.Range(1, size == 3 ? 3 : 2)
           select new Geometry(size, stride, padding, dilation),
    ];

    private static readonly (Geometry Rows, Geometry Columns)[] Square = [.. Geometries.Select(geometry => (geometry, geometry))];

    // Each geometry along the rows with two others along the columns: 11 and 29 steps on, which are no multiples of how often a number recurs.
    private static readonly (Geometry Rows, Geometry Columns)[] Uneven =
    [
        .. from step in (int[])[11, 29]
           from i in Enumerable.Range(0, Geometries.Length)
           select (Geometries[i], Geometries[(i + step) % Geometries.Length]),
    ];

    /// <summary>Windows that cover a picture as a convolution's do, which may leave its last rows and columns unseen.</summary>
    private static IEnumerable<Window2d> Convolutions(IEnumerable<(Geometry Rows, Geometry Columns)> geometries) =>
        from geometry in geometries
        from picture in Pictures
        let rows = geometry.Rows.Over(picture.Height)
        let columns = geometry.Columns.Over(picture.Width)
        where rows.Output > 0 && columns.Output > 0
        select new Window2d(rows, columns);

    /// <summary>Windows of transposed convolutions, whose input has the positions and whose output is the picture; output padding enlarges it.</summary>
    private static IEnumerable<Window2d> TransposedConvolutions(IEnumerable<(Geometry Rows, Geometry Columns)> geometries) =>
        from geometry in geometries
        from positions in Pictures
        from outputPadding in Enumerable.Range(0, Math.Max(geometry.Rows.OutputPaddings, geometry.Columns.OutputPaddings))
        let rows = geometry.Rows.Transposed(positions.Height, Math.Min(outputPadding, geometry.Rows.OutputPaddings - 1))
        let columns = geometry.Columns.Transposed(positions.Width, Math.Min(outputPadding, geometry.Columns.OutputPaddings - 1))
        where rows.Input > 0 && columns.Input > 0
        select new Window2d(rows, columns);

    [Fact]
    public void Convolutions_are_what_they_are_defined_to_be() => CheckConvolutions(Convolutions(Square), Channels);

    [Fact]
    public void Transposed_convolutions_are_what_they_are_defined_to_be() => CheckConvolutions(TransposedConvolutions(Square), Channels);

    [Fact]
    public void Convolutions_of_uneven_windows_are_what_they_are_defined_to_be() => CheckConvolutions(Convolutions(Uneven), [Channels[1]]);

    [Fact]
    public void Transposed_convolutions_of_uneven_windows_are_what_they_are_defined_to_be() =>
        CheckConvolutions(TransposedConvolutions(Uneven.Where((_, i) => i % 3 == 0)), [Channels[1]]);

    [Fact]
    public void Convolutions_of_groups_are_what_they_are_defined_to_be() =>
        CheckConvolutions(Convolutions(Square.Concat(Uneven).Where((_, i) => i % 5 == 0)), Grouped);

    [Fact]
    public void Max_pooling_is_what_it_is_defined_to_be()
    {
        const int Planes = 3;
        foreach (Window2d window in Convolutions(Square.Concat(Uneven)).Where(SeesANumberEverywhere))
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Average_pooling_is_what_it_is_defined_to_be(bool countPadding)
    {
        const int Planes = 3;
        foreach (Window2d window in Convolutions(Square.Concat(Uneven)))
        {
            float[] x = Numbers.Random(Planes * window.InputArea, 1);
            float[] outputGradient = Numbers.Random(Planes * window.OutputArea, 2);
            double[] y = new double[outputGradient.Length];
            double[] inputGradient = new double[x.Length];
            for (int i = 0; i < y.Length; i++)
            {
                int[] seen = [.. Seen(window, i % window.OutputArea).Select(seen => (i / window.OutputArea * window.InputArea) + seen.Place)];
                double count = countPadding ? window.Area : Math.Max(1, seen.Length);
                y[i] = seen.Sum(place => (double)x[place]) / count;
                Array.ForEach(seen, place => inputGradient[place] += outputGradient[i] / count);
            }

            using GpuMemory memory = new(fixture.Driver);
            GpuView<float> result = memory.Result(y.Length);
            GpuView<float> gradient = memory.Result(x.Length);
            G.AvgPool2dLauncher.Forward(fixture.Driver, memory.Upload(x), window, countPadding, result);
            G.AvgPool2dLauncher.Backward(fixture.Driver, memory.Upload(outputGradient), window, countPadding, gradient);
            AssertClose($"output of {window}", y, memory.Download(result));
            AssertClose($"input gradient of {window}", inputGradient, memory.Download(gradient));
        }
    }

    private static bool SeesANumberEverywhere(Window2d window) =>
        Enumerable.Range(0, window.OutputArea).All(position => Seen(window, position).Any());

    private void CheckConvolutions(IEnumerable<Window2d> windows, (int Inputs, int Outputs, int Groups)[] channels)
    {
        (GpuDriver Driver, G.Conv2dLauncher Launcher)[] launchers =
        [
            .. new[] { fixture.Driver, (GpuDriver)new AsGpu(fixture.Driver) }
                .Select(driver => (driver, new G.Conv2dLauncher(driver, new G.MatMulLauncher(driver), new G.ReductionLauncher(driver)))),
        ];
        foreach (Window2d window in windows)
        {
            foreach ((int inputs, int outputs, int groups) in channels)
            {
                Plain plain = new(window, inputs, outputs, groups);
                foreach ((GpuDriver driver, G.Conv2dLauncher launcher) in launchers)
                {
                    using GpuMemory memory = new(driver);
                    GpuView<float> input = memory.Upload(plain.Input);
                    GpuView<float> weight = memory.Upload(plain.Weight);
                    GpuView<float> output = memory.Upload(plain.Output);
                    GpuView<float> forward = memory.Result(plain.Output.Length);
                    GpuView<float> inputGradient = memory.Result(plain.Input.Length);
                    GpuView<float> weightGradient = memory.Result(plain.Weight.Length);
                    GpuView<float> weightGradientAgain = memory.Result(plain.Weight.Length);

                    GpuView<float> outputBiasGradient = memory.Upload(plain.OutputBias);
                    GpuView<float> inputBiasGradient = memory.Upload(plain.InputBias);
                    GpuView<float> again = memory.Result(plain.Output.Length);
                    Epilogue<GpuView<float>> outputEpilogue = new(memory.Upload(plain.OutputBias));
                    Epilogue<GpuView<float>> inputEpilogue = new(memory.Upload(plain.InputBias));

                    launcher.Forward(input, weight, outputEpilogue, inputs, outputs, window, forward, groups);
                    launcher.InputGradient(output, weight, inputEpilogue, inputs, outputs, window, inputGradient, groups);
                    launcher.WeightGradient(
                        input, output, inputs, outputs, window, weightGradient, accumulate: false, outputBiasGradient, accumulateBias: true, groups);
                    launcher.Backward(
                        input, output, weight, inputs, outputs, window, weightGradientAgain, accumulate: false, inputBiasGradient, accumulateBias: true, outputEpilogue, again, transposed: true, groups);

                    string what = $"{inputs} to {outputs} channels in {groups} groups, {window}, {(driver.IsProcessor ? "processor" : "GPU")}";
                    AssertClose($"forward: {what}", plain.Forward, memory.Download(forward));
                    AssertClose($"input gradient: {what}", plain.InputGradient, memory.Download(inputGradient));
                    AssertClose($"weight gradient: {what}", plain.WeightGradient, memory.Download(weightGradient));
                    AssertClose($"bias gradient: {what}", SumsOf(plain.Output, plain.OutputBias), memory.Download(outputBiasGradient));
                    AssertClose($"bias gradient, transposed: {what}", SumsOf(plain.Input, plain.InputBias), memory.Download(inputBiasGradient));
                    Assert.Equal(memory.Download(weightGradient), memory.Download(weightGradientAgain));
                    AssertClose($"forward beside the weight gradient: {what}", plain.Forward, memory.Download(again));
                }
            }
        }
    }

    private static double[] SumsOf(float[] pictures, float[] before)
    {
        int area = pictures.Length / Batch / before.Length;
        return [.. before.Select((value, channel) => value + pictures.Where((_, i) => i / area % before.Length == channel).Sum(number => (double)number))];
    }

    private static void AssertClose(string what, double[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Expect.True(Math.Abs(expected[i] - actual[i]) <= 1e-5 * (1 + Math.Abs(expected[i])), $"{what}, element {i}: expected {expected[i]}, got {actual[i]}.");
        }
    }

    /// <summary>What the window sees at a position: elements of the window with their places in the picture.</summary>
    private static IEnumerable<(int Element, int Place)> Seen(Window2d window, int position)
    {
        int i = position / window.OutputWidth;
        int j = position % window.OutputWidth;
        for (int k = 0; k < window.Rows.Size; k++)
        {
            for (int l = 0; l < window.Columns.Size; l++)
            {
                int row = (i * window.Rows.Stride) - window.Rows.Padding + (k * window.Rows.Dilation);
                int column = (j * window.Columns.Stride) - window.Columns.Padding + (l * window.Columns.Dilation);
                if (row >= 0 && row < window.InputHeight && column >= 0 && column < window.InputWidth)
                {
                    yield return ((k * window.Columns.Size) + l, (row * window.InputWidth) + column);
                }
            }
        }
    }

    /// <summary>A window along one axis.</summary>
    private sealed record Geometry(int Size, int Stride, int Padding, int Dilation)
    {
        /// <summary>How many output paddings a transposed convolution may have, 0 among them.</summary>
        public int OutputPaddings => Math.Max(Stride, Dilation);

        public WindowAxis Over(int length) => new(length, WindowAxis.Positions(length, Size, Stride, Padding, Dilation), Size, Stride, Padding, Dilation);

        public WindowAxis Transposed(int positions, int outputPadding) => new(
            ((positions - 1) * Stride) - (2 * Padding) + (Dilation * (Size - 1)) + 1 + outputPadding, positions, Size, Stride, Padding, Dilation);
    }

    /// <summary>A convolution by its definition: every product of an input and a weight, added where it belongs.</summary>
    private sealed class Plain
    {
        public Plain(Window2d window, int inputs, int outputs, int groups)
        {
            Input = Numbers.Random(Batch * inputs * window.InputArea, 1, 1);
            Weight = Numbers.Random(outputs * inputs / groups * window.Area, 2, 1);
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
                            int firstInput = o / (outputs / groups) * (inputs / groups);
                            for (int c = 0; c < inputs / groups; c++)
                            {
                                int y = (((sample * outputs) + o) * window.OutputArea) + position;
                                int w = (((o * (inputs / groups)) + c) * window.Area) + element;
                                int x = (((sample * inputs) + firstInput + c) * window.InputArea) + place;
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
