using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class MaxPool2dTests
{
    private static readonly (int Size, int Stride, int Padding, int Dilation)[] Axes =
        [(1, 1, 0, 1), (2, 2, 0, 1), (3, 1, 1, 1), (3, 2, 1, 2), (2, 3, 1, 1)];

    private static readonly (int Planes, int Height, int Width, int Size, int Stride, int Padding, int Dilation)[] Shapes =
    [
        (0, 4, 4, 2, 2, 0, 1), (1, 1, 1, 1, 1, 0, 1), (3, 7, 11, 2, 2, 0, 1), (2, 7, 5, 3, 2, 1, 1), (5, 6, 7, 3, 1, 1, 1), (2, 9, 9, 2, 3, 1, 1),
        (1, 11, 13, 3, 2, 1, 2), (2, 5, 5, 5, 1, 2, 1), (67, 28, 28, 2, 2, 0, 1), (131, 14, 14, 3, 2, 1, 1),
    ];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Forward_and_Backward_agree_with_the_plain_search(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        IEnumerable<(int Planes, Window2d Window)> square =
            Shapes.Select(shape => (shape.Planes, Window(shape.Height, shape.Width, shape.Size, shape.Stride, shape.Padding, shape.Dilation)));
        IEnumerable<(int Planes, Window2d Window)> uneven =
            from rows in Axes
            from columns in Axes
            select (3, new Window2d(Axis(7, rows), Axis(11, columns)));
        foreach ((int planes, Window2d window) in square.Concat(uneven))
        {
            // Few different numbers, so that the greatest comes more than once.
            float[] x = [.. KernelTest.Numbers(planes * window.InputArea).Select(value => MathF.Round(value))];
            float[] gradient = KernelTest.Numbers(planes * window.OutputArea, seed: 2);
            float[] y = new float[gradient.Length];
            float[] result = [.. Enumerable.Repeat(float.NaN, x.Length)];
            MaxPool2d.Forward(pool, x, window, y);
            MaxPool2d.Backward(pool, gradient, x, window, result);

            double[] expected = new double[x.Length];
            for (int i = 0; i < y.Length; i++)
            {
                int first = Seen(window, i).Aggregate((best, place) => x[place] > x[best] ? place : best);
                Assert.Equal(x[first], y[i]);
                expected[first] += gradient[i];
            }

            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(expected[i], result[i], 1e-5);
            }
        }
    });

    [Fact]
    public void NaN_is_greater_than_any_number_and_padding_less()
    {
        using WorkerPool pool = new(1);
        Window2d window = Window(2, 2, 2, 1, 1, 1);
        float[] y = new float[9];
        float[] result = new float[4];
        float[] x = [-3, float.NegativeInfinity, float.NaN, 7];
        MaxPool2d.Forward(pool, x, window, y);
        Assert.Equal([-3, -3, float.NegativeInfinity, float.NaN, float.NaN, 7, float.NaN, float.NaN, 7], y);
        MaxPool2d.Backward(pool, [1, 1, 1, 1, 1, 1, 1, 1, 1], x, window, result);
        Assert.Equal([2, 1, 4, 2], result);
    }

    [Fact]
    public void A_window_that_sees_padding_alone_gives_minus_infinity_and_takes_no_gradient()
    {
        using WorkerPool pool = new(1);
        float[] y = new float[1];
        float[] result = [7];
        MaxPool2d.Forward(pool, [5], Window(1, 1, 2, 1, 1, 2), y);
        MaxPool2d.Backward(pool, [3], [5], Window(1, 1, 2, 1, 1, 2), result);
        Assert.Equal([float.NegativeInfinity], y);
        Assert.Equal([0], result);
    }

    [Fact]
    public void A_window_far_larger_than_the_picture_costs_what_the_picture_does()
    {
        using WorkerPool pool = new(1);
        Window2d window = Window(4, 4, int.MaxValue, 1, int.MaxValue / 2, 1);
        float[] x = KernelTest.Numbers(16);
        float[] y = new float[16];
        float[] result = new float[16];
        MaxPool2d.Forward(pool, x, window, y);
        MaxPool2d.Backward(pool, y, x, window, result);
        int greatest = Array.IndexOf(x, x.Max());
        Assert.All(y, value => Assert.Equal(x[greatest], value));
        Assert.All(result, (value, i) => Assert.Equal(i == greatest ? 16 * x[greatest] : 0, value, 1e-4f));
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        Window2d window = Window(29, 31, 3, 2, 1, 1);
        float[] x = KernelTest.Numbers(61 * window.InputArea);
        float[] y = new float[61 * window.OutputArea];
        float[] result = new float[x.Length];
        void Run(WorkerPool pool)
        {
            MaxPool2d.Forward(pool, x, window, y);
            MaxPool2d.Backward(pool, y, x, window, result);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. y, .. result];
        });
    }

    private static Window2d Window(int height, int width, int size, int stride, int padding, int dilation) =>
        new(Axis(height, (size, stride, padding, dilation)), Axis(width, (size, stride, padding, dilation)));

    private static WindowAxis Axis(int length, (int Size, int Stride, int Padding, int Dilation) window) => new(
        length,
        WindowAxis.Positions(length, window.Size, window.Stride, window.Padding, window.Dilation),
        window.Size,
        window.Stride,
        window.Padding,
        window.Dilation);

    /// <summary>The places in the input that the window sees at a place of the output, row by row.</summary>
    private static IEnumerable<int> Seen(Window2d window, int output)
    {
        (int plane, int position) = Math.DivRem(output, window.OutputArea);
        (int row, int column) = Math.DivRem(position, window.OutputWidth);
        for (int element = 0; element < window.Area; element++)
        {
            int y = (row * window.Rows.Stride) - window.Rows.Padding + (element / window.Columns.Size * window.Rows.Dilation);
            int x = (column * window.Columns.Stride) - window.Columns.Padding + (element % window.Columns.Size * window.Columns.Dilation);
            if (y >= 0 && y < window.InputHeight && x >= 0 && x < window.InputWidth)
            {
                yield return (plane * window.InputArea) + (y * window.InputWidth) + x;
            }
        }
    }
}
