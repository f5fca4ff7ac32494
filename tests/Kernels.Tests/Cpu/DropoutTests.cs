using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class DropoutTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void An_element_is_kept_where_the_uniform_number_of_its_place_is_at_least_the_probability(double probability)
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] uniform = new float[length];
            Philox.Uniform(pool, 5, 7, 0, 1, uniform);
            float[] x = KernelTest.Numbers(length);
            float[] y = new float[length];
            Dropout.Run(pool, 5, 7, probability, x, y);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(uniform[i] >= probability ? x[i] * (float)(1 / (1 - probability)) : 0, y[i]);
            }
        }
    }

    [Fact]
    public void The_share_that_is_dropped_is_the_probability_and_the_mean_stays()
    {
        using WorkerPool pool = new(1);
        float[] x = new float[1_000_000];
        Array.Fill(x, 1);
        float[] y = new float[x.Length];
        Dropout.Run(pool, 1, 2, 0.3, x, y);

        // Five standard deviations.
        Assert.Equal(0.3, y.Count(value => value == 0) / 1e6, 0.0023);
        Assert.Equal(1, y.Average(value => (double)value), 0.0033);
    }

    [Fact]
    public void Every_stream_drops_others_whatever_the_number_of_threads()
    {
        float[] x = KernelTest.Numbers(50_021);
        float[] Run(WorkerPool pool, ulong stream)
        {
            float[] y = new float[x.Length];
            Dropout.Run(pool, 1, stream, 0.5, x, y);
            return y;
        }

        KernelTest.AssertSameForAnyThreadCount(pool => Run(pool, 3));
        using WorkerPool one = new(1);
        int same = Run(one, 3).Zip(Run(one, 4)).Count(pair => pair.First == 0 == (pair.Second == 0));
        Assert.InRange(same, 24_000, 26_000);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_probability_out_of_range_is_refused(double probability)
    {
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dropout.Run(pool, 1, 1, probability, new float[1], new float[1]));
    }
}
