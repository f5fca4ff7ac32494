using Quern.Kernels.Tests.OpenCl;
using G = Quern.Kernels.Gpu;

namespace Quern.Kernels.Tests.Gpu;

/// <summary>The kernels that work along an axis, shared out as on a GPU: the tests of tensors meet them as they are on a processor.</summary>
[Collection(OpenClCollection.Name)]
public sealed class AxisTests(OpenClFixture fixture)
{
    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(3, 67, 1)]
    [InlineData(2, 5003, 1)]
    [InlineData(2, 67, 5)]
    [InlineData(1, 1000, 3)]
    [InlineData(1, 3, 150)]
    public void Lanes_of_a_running_sum_go_on_where_those_before_end(int outer, int axis, int inner)
    {
        using GpuMemory memory = new(fixture.Driver);
        float[] x = Numbers.Random(outer * axis * inner, 1);
        float[] expected = new float[x.Length];
        for (int column = 0; column < outer * inner; column++)
        {
            double sum = 0;
            for (int j = 0, at = (column / inner * axis * inner) + (column % inner); j < axis; j++, at += inner)
            {
                sum += x[at];
                expected[at] = (float)sum;
            }
        }

        foreach (int lanes in (int[])[G.Scan.Lanes(new AsGpu(fixture.Driver), axis), 1, 4, G.AxisLanes.GroupSize])
        {
            GpuView<float> result = memory.Upload(x);
            G.Scan.LaunchSum(fixture.Driver, G.AxisLanes.Covering(outer * inner, lanes), result, outer * inner, axis, inner, lanes, result);
            float[] sums = memory.Download(result);
            Assert.All(Enumerable.Range(0, x.Length), i => Assert.Equal(expected[i], sums[i], 2e-7f * axis));
        }
    }

    [Theory]
    [InlineData(1, 10, 100, 1)]
    [InlineData(2, 33, 9, 5)]
    [InlineData(3, 1, 7, 2)]
    public void Parts_of_a_column_write_all_that_is_theirs_in_its_order(int outer, int axis, int count, int inner)
    {
        using GpuMemory memory = new(fixture.Driver);
        int columns = outer * inner;
        float[] source = Numbers.Random(columns * count, 1);
        float[] index = [.. Enumerable.Range(0, source.Length).Select(i => (float)(i * 7 / inner % axis))];
        float[] sums = new float[columns * axis], last = new float[columns * axis];
        for (int at = 0; at < source.Length; at++)
        {
            int place = (((at / (count * inner) * axis) + (int)index[at]) * inner) + (at % inner);
            sums[place] += source[at];
            last[place] = source[at];
        }

        foreach (int parts in (int[])[G.AxisScatter.Parts(new AsGpu(fixture.Driver), columns, axis), 1, axis])
        {
            foreach ((bool accumulate, float[] expected) in (ReadOnlySpan<(bool, float[])>)[(true, sums), (false, last)])
            {
                GpuView<float> result = memory.Upload(new float[columns * axis]);
                G.AxisScatter.LaunchRun(
                    fixture.Driver,
                    G.AxisScatter.Covering(new AsGpu(fixture.Driver), columns * parts),
                    memory.Upload(source),
                    memory.Upload(index),
                    count,
                    inner,
                    columns,
                    parts,
                    accumulate ? 1 : 0,
                    axis,
                    result);
                Assert.Equal(expected, memory.Download(result));
            }
        }
    }
}
