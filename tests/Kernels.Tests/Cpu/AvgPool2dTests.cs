using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Average pooling against the plain mean in double precision.</summary>
public class AvgPool2dTests
{
    private static readonly WindowAxis[] Rows = [Axis(7, 2, 2, 0, 1), Axis(1, 1, 1, 0, 1), Axis(9, 3, 1, 1, 1), Axis(8, 4, 3, 2, 1), Axis(11, 3, 2, 2, 3)];

    private static readonly WindowAxis[] Columns = [Axis(11, 2, 2, 0, 1), Axis(33, 3, 1, 1, 1), Axis(5, 5, 1, 2, 1), Axis(6, 2, 3, 1, 2)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_and_Backward_agree_with_the_plain_mean(bool countPadding)
    {
        using WorkerPool pool = new(2);
        foreach (Window2d window in from rows in Rows from columns in Columns select new Window2d(rows, columns))
        {
            foreach (int planes in (int[])[0, 1, 5, 67])
            {
                float[] x = KernelTest.Numbers(planes * window.InputArea);
                float[] gradient = KernelTest.Numbers(planes * window.OutputArea, seed: 2);
                float[] y = new float[gradient.Length];
                float[] result = [.. Enumerable.Repeat(float.NaN, x.Length)];
                AvgPool2d.Forward(pool, x, window, countPadding, y);
                AvgPool2d.Backward(pool, gradient, window, countPadding, result);

                double[] expected = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                {
                    int[] seen = [.. Seen(window, i)];
                    int count = countPadding ? window.Area : Math.Max(1, seen.Length);
                    Assert.Equal(seen.Sum(place => (double)x[place]) / count, y[i], 1e-6);
                    Array.ForEach(seen, place => expected[place] += (double)gradient[i] / count);
                }

                Assert.All(expected.Zip(result), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            }
        }
    }

    [Fact]
    public void A_window_far_larger_than_the_picture_costs_what_the_picture_does()
    {
        using WorkerPool pool = new(1);
        Window2d window = new(4, 4, 4, 4, int.MaxValue, 1, int.MaxValue / 2, 1);
        float[] x = KernelTest.Numbers(16);
        float[] y = new float[16];
        float[] result = new float[16];
        AvgPool2d.Forward(pool, x, window, countPadding: false, y);
        AvgPool2d.Backward(pool, y, window, countPadding: true, result);
        Assert.All(y, value => Assert.Equal(x.Average(), value, 1e-6f));
        Assert.All(result, value => Assert.Equal(0, value, 1e-12f));
    }

    [Fact]
    public void NaN_and_infinities_are_summed_as_they_are_and_a_window_of_padding_alone_gives_0()
    {
        using WorkerPool pool = new(1);
        float[] x = [1, float.NaN, 2, 3, float.PositiveInfinity, float.NegativeInfinity, 4, float.PositiveInfinity];
        float[] y = new float[4];
        AvgPool2d.Forward(pool, x, new(Axis(1, 1, 1, 0, 1), Axis(8, 2, 2, 0, 1)), true, y);
        Assert.Equal([float.NaN, 2.5f, float.NaN, float.PositiveInfinity], y);
        float[] one = [7];
        AvgPool2d.Forward(pool, [5], new(1, 1, 1, 1, 2, 1, 1, 2), false, one);
        Assert.Equal([0], one);
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads_and_nothing_is_allocated()
    {
        Window2d window = new(Axis(29, 3, 2, 1, 1), Axis(31, 2, 1, 0, 1));
        float[] x = KernelTest.Numbers(61 * window.InputArea);
        float[] y = new float[61 * window.OutputArea];
        float[] result = new float[x.Length];
        void Run(WorkerPool pool)
        {
            AvgPool2d.Forward(pool, x, window, false, y);
            AvgPool2d.Backward(pool, y, window, false, result);
        }

        KernelTest.AssertAllocatesNothing(Run);
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Run(pool);
            return [.. y, .. result];
        });
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        using WorkerPool pool = new(1);
        Window2d window = new(4, 4, 2, 2, 2, 2, 0, 1);
        Assert.Throws<ArgumentException>(() => AvgPool2d.Forward(pool, new float[15], window, true, new float[4]));
        Assert.Throws<ArgumentException>(() => AvgPool2d.Forward(pool, new float[16], window, true, new float[5]));
        Assert.Throws<ArgumentException>(() => AvgPool2d.Backward(pool, new float[4], window, true, new float[32]));
        Assert.Throws<ArgumentException>(() => AvgPool2d.Backward(pool, new float[4], new(4, 4, 2, 2, 2, 3, 0, 1), true, new float[16]));
    }

    private static WindowAxis Axis(int length, int size, int stride, int padding, int dilation) =>
        new(length, WindowAxis.Positions(length, size, stride, padding, dilation), size, stride, padding, dilation);

    /// <summary>The places in the input that the window sees at a place of the output.</summary>
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
                yield return (((plane * window.InputHeight) + y) * window.InputWidth) + x;
            }
        }
    }
}
