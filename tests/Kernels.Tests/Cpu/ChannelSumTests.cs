using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class ChannelSumTests
{
    private static readonly (int Batch, int Channels, int Inner)[] Shapes =
        [(0, 3, 5), (1, 1, 1), (3, 1, 7), (5, 3, 1), (2, 7, 31), (4, 2, 196), (37, 5, 49), (2, 3, 20_011)];

    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Run_agrees_with_the_plain_sum(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int batch, int channels, int inner) in Shapes)
        {
            float[] x = KernelTest.Numbers(batch * channels * inner);
            float[] before = KernelTest.Numbers(channels, seed: 2);
            foreach (bool accumulate in (bool[])[false, true])
            {
                float[] result = [.. before];
                ChannelSum.Run(pool, x, inner, result, accumulate);
                double[] expected = [.. before.Select(value => accumulate ? (double)value : 0)];
                for (int i = 0; i < x.Length; i++)
                {
                    expected[i / inner % channels] += x[i];
                }

                for (int channel = 0; channel < channels; channel++)
                {
                    Assert.Equal(expected[channel], result[channel], 1e-6 * (1 + Math.Sqrt(batch * inner)));
                }
            }
        }
    });

    [Fact]
    public void Run_is_the_same_for_any_number_of_threads_and_allocates_nothing()
    {
        float[] x = KernelTest.Numbers(64 * 17 * 49);
        float[] result = new float[17];
        KernelTest.AssertAllocatesNothing(pool => ChannelSum.Run(pool, x, 49, result, false));
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            ChannelSum.Run(pool, x, 49, result, false);
            return [.. result];
        });
    }

    [Fact]
    public void An_operand_of_no_whole_samples_is_refused()
    {
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentException>(() => ChannelSum.Run(pool, new float[13], 2, new float[3], false));
    }
}
