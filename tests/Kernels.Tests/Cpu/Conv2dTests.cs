using System.Collections.Concurrent;
using Quern.Kernels.Cpu;
using Quern.Tests.Shared;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Convolutions against the plain sum in double precision.</summary>
public class Conv2dTests
{
    // How far a result may be off, as a part of the sum of the products' magnitudes.
    private const double Tolerance = 1e-6;

    private static readonly Shape[] Shapes = [.. Ragged(), .. Uneven(), .. Grouped(), .. Whole()];

    // What the products of a shape add up to is the same for every vector width.
    private static readonly ConcurrentDictionary<(string What, Shape Shape), Exact> Known = [];

    private static readonly Window2d[] WindowsThatDoNotFit =
    [
        new(4, 4, 2, 2, 3, 1, 0, int.MaxValue), new(4, 4, 5, 2, 3, 1, 1, 1), new(4, 4, 1, 1, 3, 0, 1, 1), new(4, 4, 1, 1, 3, 1, -1, 1),
        new(4, 4, 1, 1, 0, 1, 0, 1), new(4, 4, 1, 1, 3, 1, 1, 0), new(0, 4, 1, 1, 1, 1, 1, 1), new(4, 4, 0, 1, 3, 1, 1, 1),
        new(65_536, 65_536, 1, 1, 1, 1, 0, 1), new(4, 4, 1, 1, 3, 1, int.MaxValue, int.MaxValue), new(4, 4, 3, 3, 3, int.MaxValue, int.MaxValue, 1),
    ];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Forward_agrees_with_the_plain_sum(string tier) => OnShapes(tier, (pool, shape) =>
    {
        float[] x = KernelTest.Numbers(shape.InputLength);
        float[] weight = KernelTest.Numbers(shape.WeightLength, seed: 2);
        Exact exact = Sums(nameof(Conv2d.Forward), shape, shape.OutputLength, (sums, input, weights, output) => sums.Add(output, x[input], weight[weights]));
        foreach (float[] bias in (float[][])[[], KernelTest.Numbers(shape.Outputs, seed: 3)])
        {
            float[] y = Unset(shape.OutputLength);
            Conv2d.Forward(pool, x, weight, bias, shape.Inputs, shape.Outputs, shape.Window, y, shape.Groups);
            exact.AssertNear(y, shape, i => bias.Length == 0 ? 0 : bias[i / shape.Window.OutputArea % shape.Outputs]);
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void InputGradient_agrees_with_the_plain_sum(string tier) => OnShapes(tier, (pool, shape) =>
    {
        float[] gradient = KernelTest.Numbers(shape.OutputLength);
        float[] weight = KernelTest.Numbers(shape.WeightLength, seed: 2);
        Exact exact = Sums(nameof(Conv2d.InputGradient), shape, shape.InputLength, (sums, input, weights, output) => sums.Add(input, gradient[output], weight[weights]));
        foreach (float[] bias in (float[][])[[], KernelTest.Numbers(shape.Inputs, seed: 3)])
        {
            float[] result = Unset(shape.InputLength);
            Conv2d.InputGradient(pool, gradient, weight, bias, shape.Inputs, shape.Outputs, shape.Window, result, shape.Groups);
            exact.AssertNear(result, shape, i => bias.Length == 0 ? 0 : bias[i / shape.Window.InputArea % shape.Inputs]);
        }
    });

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void WeightGradient_agrees_with_the_plain_sum(string tier) => OnShapes(tier, (pool, shape) =>
    {
        float[] x = KernelTest.Numbers(shape.InputLength);
        float[] gradient = KernelTest.Numbers(shape.OutputLength, seed: 2);
        float[] before = KernelTest.Numbers(shape.WeightLength, seed: 3);
        Exact exact = Sums(nameof(Conv2d.WeightGradient), shape, shape.WeightLength, (sums, input, weights, output) => sums.Add(weights, x[input], gradient[output]));
        foreach (bool accumulate in (bool[])[false, true])
        {
            float[] result = accumulate ? [.. before] : Unset(shape.WeightLength);
            Conv2d.WeightGradient(pool, x, gradient, shape.Inputs, shape.Outputs, shape.Window, result, accumulate, shape.Groups);
            exact.AssertNear(result, shape, i => accumulate ? before[i] : 0);
        }
    });

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        foreach (Shape shape in (Shape[])[.. Whole(), .. Grouped()])
        {
            float[] x = KernelTest.Numbers(shape.InputLength);
            float[] weight = KernelTest.Numbers(shape.WeightLength, seed: 2);
            float[] y = new float[shape.OutputLength];
            float[] inputGradient = new float[x.Length];
            float[] weightGradient = new float[weight.Length];
            void Run(WorkerPool pool)
            {
                Conv2d.Forward(pool, x, weight, default, shape.Inputs, shape.Outputs, shape.Window, y, shape.Groups);
                Conv2d.InputGradient(pool, y, weight, default, shape.Inputs, shape.Outputs, shape.Window, inputGradient, shape.Groups);
                Conv2d.WeightGradient(pool, x, y, shape.Inputs, shape.Outputs, shape.Window, weightGradient, false, shape.Groups);
            }

            KernelTest.AssertAllocatesNothing(Run);
            KernelTest.AssertSameForAnyThreadCount(pool =>
            {
                Run(pool);
                return [.. y, .. inputGradient, .. weightGradient];
            });
        }
    }

    [Fact]
    public void A_batch_of_none_gives_a_weight_gradient_of_zero()
    {
        using WorkerPool pool = new(1);
        Shape shape = new(0, 2, 3, 5, 5, 3, 1, 1, 1);
        float[] result = Unset(shape.WeightLength);
        Conv2d.WeightGradient(pool, [], [], shape.Inputs, shape.Outputs, shape.Window, result, accumulate: false);
        Assert.All(result, value => Assert.Equal(0, value));
        Conv2d.Forward(pool, [], new float[shape.WeightLength], default, shape.Inputs, shape.Outputs, shape.Window, []);
        Conv2d.InputGradient(pool, [], new float[shape.WeightLength], default, shape.Inputs, shape.Outputs, shape.Window, []);
    }

    [Fact]
    public void Lengths_that_do_not_fit_and_results_that_overlap_are_refused()
    {
        using WorkerPool pool = new(1);
        Shape shape = new(2, 1, 3, 5, 5, 3, 1, 1, 1);
        float[] x = new float[shape.InputLength];
        float[] weight = new float[shape.WeightLength];
        float[] y = new float[shape.OutputLength];
        Assert.Throws<ArgumentException>(() => Conv2d.Forward(pool, x.AsSpan(1), weight, default, 1, 3, shape.Window, y));
        Assert.Throws<ArgumentException>(() => Conv2d.Forward(pool, x, weight.AsSpan(1), default, 1, 3, shape.Window, y));
        Assert.Throws<ArgumentException>(() => Conv2d.Forward(pool, x, weight, new float[2], 1, 3, shape.Window, y));
        Assert.Throws<ArgumentException>(() => Conv2d.InputGradient(pool, y.AsSpan(1), weight, default, 1, 3, shape.Window, x));
        Assert.Throws<ArgumentException>(() => Conv2d.WeightGradient(pool, x, y, 1, 3, shape.Window, y.AsSpan(0, weight.Length), false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(-1)]
    public void Groups_that_do_not_divide_the_channels_are_refused(int groups)
    {
        using WorkerPool pool = new(1);
        Shape shape = new(1, 4, 3, 5, 5, 3, 1, 1, 1);
        float[] x = new float[shape.InputLength], weight = new float[shape.WeightLength], y = new float[shape.OutputLength];
        string message = Assert.Throws<ArgumentException>(() => Conv2d.Forward(pool, x, weight, default, 4, 3, shape.Window, y, groups)).Message;
        Assert.Contains("4 channels in and 3 channels out", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Conv2d.InputGradient(pool, y, weight, default, 4, 3, shape.Window, x, groups));
        Assert.Throws<ArgumentException>(() => Conv2d.WeightGradient(pool, x, y, 4, 3, shape.Window, weight, false, groups));
    }

    [Fact]
    public void Windows_that_do_not_fit_are_refused() => Assert.All(WindowsThatDoNotFit, window =>
    {
        using WorkerPool pool = new(1);
        float[] x = new float[16];
        float[] y = new float[25];
        float[] weight = new float[9];
        float[] pooled = new float[16];
        Assert.StartsWith(
            "Conv2d.Forward: ", Assert.Throws<ArgumentException>(() => Conv2d.Forward(pool, x, weight, default, 1, 1, window, y)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Conv2d.InputGradient(pool, y, weight, default, 1, 1, window, x));
        Assert.Throws<ArgumentException>(() => Conv2d.WeightGradient(pool, x, y, 1, 1, window, weight, accumulate: false));
        Assert.StartsWith(
            "MaxPool2d.Forward: ", Assert.Throws<ArgumentException>(() => MaxPool2d.Forward(pool, x, window, pooled)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MaxPool2d.Backward(pool, y, x, window, pooled));
    });

    [Fact]
    public void Positions_are_counted_without_overflow()
    {
        Assert.Equal(0, WindowAxis.Positions(4, 3, 1, 0, int.MaxValue));
        Assert.Equal(4, WindowAxis.Positions(4, int.MaxValue, 1, int.MaxValue / 2, 1));
        Assert.Equal(3, WindowAxis.Positions(4, 1, int.MaxValue, int.MaxValue, 1));
        Assert.Equal(1, WindowAxis.Positions(int.MaxValue, int.MaxValue, 1, 0, 1));
        Assert.Contains("4294967298", Assert.Throws<ArgumentException>(() => WindowAxis.Positions(4, 1, 1, int.MaxValue, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowAxis.Positions(4, 1, 0, 0, 1));
    }

    /// <summary>Every size, stride and padding on small pictures that no vector divides.</summary>
    private static IEnumerable<Shape> Ragged()
    {
        foreach (int size in (int[])[1, 2, 3, 4, 5])
        {
            foreach (int stride in (int[])[1, 2, 3])
            {
                foreach (int padding in (int[])[0, 1, 2])
                {
                    yield return new Shape(2, 3, 5, 7, 11, size, stride, padding, 1);
                    yield return new Shape(1, 1, 1, 5, 6, size, stride, padding, 1);
                }
            }
        }
    }

    /// <summary>Windows that differ along the axes in one thing or in all, with few channels and with more than a vector holds.</summary>
    private static IEnumerable<Shape> Uneven()
    {
        (int Size, int Stride, int Padding, int Dilation)[] axes = [(1, 1, 0, 1), (3, 1, 1, 1), (2, 2, 0, 1), (3, 2, 2, 2), (4, 3, 1, 1), (2, 1, 3, 3)];
        foreach ((int Size, int Stride, int Padding, int Dilation) rows in axes)
        {
            foreach ((int Size, int Stride, int Padding, int Dilation) columns in axes)
            {
                yield return new Shape(2, 3, 5, Axis(7, rows), Axis(10, columns));
                yield return new Shape(1, 2, 1, Axis(5, columns), Axis(33, rows));
            }
        }

        // Windows of one row or one column, and strides out of proportion along one axis.
        yield return new Shape(3, 2, 18, Axis(1, (1, 1, 0, 1)), Axis(301, (5, 1, 2, 1)));
        yield return new Shape(2, 3, 4, Axis(1, (1, 1, 0, 1)), Axis(40, (3, 2, 1, 2)));
        yield return new Shape(2, 1, 3, Axis(29, (7, 2, 3, 1)), Axis(1, (1, 1, 0, 1)));
        yield return new Shape(2, 2, 3, Axis(4, (3, 100_000, 1, 1)), Axis(6, (2, 1, 0, 1)));
        yield return new Shape(1, 2, 3, Axis(5, (2, 1, 0, 1)), Axis(4, (3, 1, 90_000, 60_000)));

        // Pictures that are cut into bands of rows.
        yield return new Shape(1, 2, 5, Axis(41, (3, 2, 1, 1)), Axis(37, (3, 1, 1, 1)));
        yield return new Shape(2, 2, 3, Axis(41, (2, 1, 0, 1)), Axis(37, (3, 3, 1, 1)));
    }

    /// <summary>Groups of one channel and of several, on either side, of even and uneven windows.</summary>
    private static IEnumerable<Shape> Grouped() =>
        from channels in ((int Inputs, int Outputs, int Groups)[])[(2, 2, 2), (6, 3, 3), (4, 8, 2), (5, 10, 5), (20, 12, 4), (34, 68, 2)]
        from window in ((int Size, int Stride, int Padding, int Dilation)[])[(1, 1, 0, 1), (3, 1, 1, 1), (3, 2, 1, 1), (2, 1, 0, 2), (3, 50_000, 1, 1)]
        from columns in ((int Size, int Stride, int Padding, int Dilation)[])[window, (2, 3, 1, 1)]
        select new Shape(3, channels.Inputs, channels.Outputs, Axis(6, window), Axis(9, columns), channels.Groups);

    private static WindowAxis Axis(int length, (int Size, int Stride, int Padding, int Dilation) window) => new(
        length,
        WindowAxis.Positions(length, window.Size, window.Stride, window.Padding, window.Dilation),
        window.Size,
        window.Stride,
        window.Padding,
        window.Dilation);

    /// <summary>
    /// Pictures as networks have them, long rows, dilation, many samples, a window larger than the picture, large pictures, sums of many products.
    /// </summary>
    private static IEnumerable<Shape> Whole() =>
    [
        new(3, 1, 16, 28, 28, 3, 2, 1, 1), new(2, 16, 32, 14, 14, 4, 2, 1, 1), new(37, 1, 7, 9, 9, 3, 2, 1, 1), new(2, 2, 3, 3, 67, 3, 1, 1, 1),
        new(2, 2, 3, 3, 67, 3, 2, 1, 1), new(1, 2, 9, 13, 11, 3, 2, 2, 2), new(2, 3, 2, 10, 9, 2, 1, 0, 3), new(1, 2, 2, 2, 2, 4, 1, 2, 1),
        new(2, 33, 17, 5, 5, 3, 1, 1, 1), new(19, 2, 4, 7, 7, 1, 1, 0, 1), new(1, 5, 6, 37, 23, 3, 1, 1, 1), new(2, 2, 3, 45, 31, 4, 2, 1, 1),
        new(1, 50, 45, 4, 5, 3, 1, 1, 1),

        // Strides, dilations and paddings out of all proportion to the pictures, whose phases and padded rows could not even be counted.
        new(2, 3, 2, 4, 5, 3, 10_000, 0, 1), new(2, 2, 3, 4, 4, 3, 46_341, 1, 1), new(1, 2, 2, 4, 4, 2, int.MaxValue, 1, 1),
        new(2, 2, 5, 4, 4, 3, 100_000, 100_000, 99_999), new(2, 3, 2, 5, 4, 3, 3, 10_000, 10_000), new(1, 1, 1, 3, 4, 3, 500_000_000, 600_000_000, 600_000_000),
        new(2, 1, 5, 1, 100_003, 1, 46_341, 0, 1), new(1, 2, 1, 1, 9_001, 2, 3_000, 1, 1),
    ];

    private static void OnShapes(string tier, Action<WorkerPool, Shape> test) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (Shape shape in Shapes)
        {
            test(pool, shape);
        }
    });

    private static Exact Sums(string what, Shape shape, int length, Action<Exact, int, int, int> add) => Known.GetOrAdd((what, shape), _ =>
    {
        Exact exact = new(length);
        shape.EachProduct((input, weights, output) => add(exact, input, weights, output));
        return exact;
    });

    private static float[] Unset(int length) => [.. Enumerable.Repeat(float.NaN, length)];

    private sealed record Shape(int Batch, int Inputs, int Outputs, WindowAxis Rows, WindowAxis Columns, int Groups = 1)
    {
        public Shape(int batch, int inputs, int outputs, int height, int width, int size, int stride, int padding, int dilation)
            : this(batch, inputs, outputs, Axis(height, (size, stride, padding, dilation)), Axis(width, (size, stride, padding, dilation)))
        {
        }

        public Window2d Window => new(Rows, Columns);

        public int InputLength => Batch * Inputs * Window.InputArea;

        public int WeightLength => Outputs * Inputs / Groups * Window.Area;

        public int OutputLength => Batch * Outputs * Window.OutputArea;

        /// <summary>The places in input, weight and output of each product of the convolution.</summary>
        public void EachProduct(Action<int, int, int> visit)
        {
            int depth = Inputs / Groups * Window.Area;
            for (int place = 0; place < OutputLength; place++)
            {
                (int picture, int position) = Math.DivRem(place, Window.OutputArea);
                (int sample, int output) = Math.DivRem(picture, Outputs);
                (int row, int column) = Math.DivRem(position, Window.OutputWidth);
                int firstChannel = output / (Outputs / Groups) * (Inputs / Groups);
                for (int i = 0; i < depth; i++)
                {
                    (int channel, int element) = Math.DivRem(i, Window.Area);
                    int y = (row * Rows.Stride) - Rows.Padding + (element / Columns.Size * Rows.Dilation);
                    int x = (column * Columns.Stride) - Columns.Padding + (element % Columns.Size * Columns.Dilation);
                    if (y >= 0 && y < Rows.Input && x >= 0 && x < Columns.Input)
                    {
                        visit(((((sample * Inputs) + firstChannel + channel) * Rows.Input) + y) * Columns.Input + x, (output * depth) + i, place);
                    }
                }
            }
        }
    }

    private sealed class Exact(int length)
    {
        private readonly double[] _sums = new double[length];
        private readonly double[] _magnitudes = new double[length];

        public void Add(int place, double left, double right)
        {
            _sums[place] += left * right;
            _magnitudes[place] += Math.Abs(left * right);
        }

        public void AssertNear(float[] actual, Shape shape, Func<int, double> start)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                double expected = _sums[i] + start(i);
                Expect.True(
                    Math.Abs(actual[i] - expected) <= Tolerance * (_magnitudes[i] + Math.Abs(start(i))), $"{shape} at {i}: {actual[i]:G9}, expected {expected:G9}");
            }
        }
    }
}
