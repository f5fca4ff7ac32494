using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

/// <summary>Filling and transposing.</summary>
public class MemoryTests
{
    [Fact]
    public void Fill_reaches_every_element_and_no_other()
    {
        using WorkerPool pool = new(2);
        foreach (int length in KernelTest.Lengths)
        {
            float[] result = new float[length + 2];
            Fill.Run(pool, result.AsSpan(1, length), 2.5f);
            Assert.Equal([0, .. Enumerable.Repeat(2.5f, length), 0], result);
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 1)]
    [InlineData(1, 37)]
    [InlineData(37, 1)]
    [InlineData(16, 16)]
    [InlineData(17, 31)]
    [InlineData(128, 784)]
    [InlineData(257, 129)]
    [InlineData(1040, 70)]
    [InlineData(31, 67)]
    public void Transpose_turns_rows_into_columns(int rows, int columns)
    {
        float[] matrix = KernelTest.Numbers(rows * columns);
        foreach (string tier in KernelTest.TierNames)
        {
            KernelTest.OnTier(tier, () =>
            {
                using WorkerPool pool = new(2);
                float[] result = new float[matrix.Length];
                Transpose.Run(pool, matrix, rows, columns, result);
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        Assert.Equal(matrix[(i * columns) + j], result[(j * rows) + i]);
                    }
                }
            });
        }
    }

    [Fact]
    public void Transpose_in_place_is_refused()
    {
        using WorkerPool pool = new(1);
        float[] matrix = new float[4];
        Assert.Throws<ArgumentException>(() => Transpose.Run(pool, matrix, 2, 2, matrix));
        Assert.Throws<ArgumentException>(() => Transpose.Run(pool, matrix, 2, 3, new float[6]));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = KernelTest.Numbers(40_000);
        float[] y = new float[x.Length];
        KernelTest.AssertAllocatesNothing(pool =>
        {
            Fill.Run(pool, y, 1);
            Transpose.Run(pool, x, 200, 200, y);
        });
    }
}
