using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class GatherTests
{
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Rows_come_in_the_order_asked_for(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach (int rowLength in (int[])[1, 3, 7, 16, 17, 31, 784])
        {
            byte[] source = new byte[37 * rowLength];
            new Random(1).NextBytes(source);
            int[] rows = [0, 36, 5, 5, 18, .. Enumerable.Range(0, 37)];
            float[] result = new float[(rows.Length * rowLength) + 1];
            result[^1] = -77;
            Gather.Run(pool, source, rows, rowLength, 1f / 255, result.AsSpan(0, rows.Length * rowLength));
            Assert.Equal(-77, result[^1]);
            for (int i = 0; i < rows.Length * rowLength; i++)
            {
                Assert.Equal(source[(rows[i / rowLength] * rowLength) + (i % rowLength)] * (1f / 255), result[i]);
            }
        }
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void A_row_that_is_not_there_is_refused(int row)
    {
        using WorkerPool pool = new(1);
        ArgumentException error = Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Run(pool, new byte[12], [0, row], 3, 1, new float[6]));
        Assert.Contains("rows 0 to 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_of_another_size_is_refused_and_no_rows_are_fine()
    {
        using WorkerPool pool = new(1);
        Assert.Throws<ArgumentException>(() => Gather.Run(pool, new byte[12], [0, 1], 3, 1, new float[5]));
        Gather.Run(pool, new byte[12], [], 3, 1, []);
    }

    [Fact]
    public void Nothing_is_allocated_and_threads_do_not_matter()
    {
        byte[] source = new byte[300 * 784];
        new Random(1).NextBytes(source);
        int[] rows = [.. Enumerable.Range(0, 128).Select(i => i * 2)];
        float[] result = new float[128 * 784];
        KernelTest.AssertAllocatesNothing(pool => Gather.Run(pool, source, rows, 784, 1f / 255, result));
        KernelTest.AssertSameForAnyThreadCount(pool =>
        {
            Gather.Run(pool, source, rows, 784, 1f / 255, result);
            return [.. result];
        });
    }
}
