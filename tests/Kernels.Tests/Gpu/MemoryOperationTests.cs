using Quern.Kernels.Cpu;
using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The kernels that move, fill and draw, against the CPU's.</summary>
[Collection(OpenClCollection.Name)]
public sealed class MemoryOperationTests(OpenClFixture fixture)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 37)]
    [InlineData(37, 1)]
    [InlineData(16, 16)]
    [InlineData(33, 47)]
    public void Transpose_turns_rows_into_columns(int rows, int columns)
    {
        using GpuMemory memory = new(fixture.Driver);
        float[] matrix = Numbers.Random(rows * columns, 1);
        GpuView<float> result = memory.Result(matrix.Length);

        G.Transpose.LaunchRun(fixture.Driver, new LaunchSize((columns + 15) / 16 * ((rows + 15) / 16), 1, 16, 16), memory.Upload(matrix), rows, columns, (columns + 15) / 16, result);

        float[] transposed = memory.Download(result);
        for (int i = 0; i < matrix.Length; i++)
        {
            Assert.Equal(matrix[i], transposed[(i % columns * rows) + (i / columns)]);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 784)]
    [InlineData(3, 512)]
    [InlineData(129, 7)]
    public void Gather_agrees_with_the_cpu(int count, int rowLength)
    {
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        Random random = new(1);
        byte[] source = new byte[50 * rowLength];
        random.NextBytes(source);
        int[] rows = [.. Enumerable.Range(0, count).Select(_ => random.Next(50))];
        float[] expected = new float[count * rowLength];
        Gather.Run(pool, source, rows, rowLength, 1f / 255, expected);
        GpuView<float> result = memory.Result(expected.Length);

        G.Gather.LaunchRun(
            fixture.Driver, new LaunchSize((rowLength + 255) / 256 * count, 256), memory.Upload(source), memory.Upload(rows), rowLength, 1f / 255, result);

        Assert.Equal(expected, memory.Download(result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(1009)]
    public void Philox_draws_the_numbers_of_the_cpu(int length)
    {
        const ulong Seed = 0x0123456789ABCDEF;
        const ulong Stream = 0xFEDCBA9876543210;
        using WorkerPool pool = new(1);
        using GpuMemory memory = new(fixture.Driver);
        float[] expected = new float[length];
        GpuView<float> result = memory.Result(length);
        LaunchSize size = LaunchSize.Covering((length + 3) / 4, 64);

        Philox.Uniform(pool, Seed, Stream, -0.7f, 1.3f, expected);
        UniformRange range = UniformRange.Between(-0.7f, 1.3f);
        G.Philox.LaunchUniform(
            fixture.Driver, size, 0x89ABCDEF, 0x01234567, 0x76543210, 0xFEDCBA98, range.Offset, range.Width, range.Factor, range.Greatest, result);
        Assert.Equal(expected, memory.Download(result));

        Philox.Normal(pool, Seed, Stream, 1, 2, expected);
        G.Philox.LaunchNormal(fixture.Driver, size, 0x89ABCDEF, 0x01234567, 0x76543210, 0xFEDCBA98, 1, 2, result);
        Numbers.AssertClose(expected, memory.Download(result), 1e-5f, 2e-6f);
    }

    [Fact]
    public void Fill_sets_every_element_and_no_other()
    {
        using GpuMemory memory = new(fixture.Driver);
        GpuView<float> floats = memory.Upload(new float[100]);
        GpuView<byte> bytes = memory.Upload(new byte[100]);

        G.Fill.LaunchRun(fixture.Driver, LaunchSize.Covering(70, 64), floats.Slice(10, 70), 2.5f);
        G.Fill.LaunchRunBytes(fixture.Driver, LaunchSize.Covering(70, 64), bytes.Slice(10, 70), 200);

        float[] values = memory.Download(floats);
        byte[] filled = new byte[100];
        fixture.Driver.CopyToHost(bytes, filled.AsSpan());
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i is >= 10 and < 80 ? 2.5f : 0f, values[i]);
            Assert.Equal(i is >= 10 and < 80 ? 200 : 0, filled[i]);
        }
    }
}
