using Quern.Kernels.Cpu;

namespace Quern.Kernels.Tests.Cpu;

public class EmbeddingTests
{
    [Theory]
    [MemberData(nameof(KernelTest.Tiers), MemberType = typeof(KernelTest))]
    public void Rows_are_looked_up_and_their_gradients_add_up(string tier) => KernelTest.OnTier(tier, () =>
    {
        using WorkerPool pool = new(2);
        foreach ((int count, int columns) in ((int, int)[])[(1, 1), (3, 7), (5, 16), (7, 33), (4, 2003)])
        {
            float[] table = KernelTest.Numbers(count * columns);
            int[] rows = [.. Enumerable.Range(0, 3 * count).Select(i => i * i % count)];
            float[] result = new float[rows.Length * columns];
            Embedding.Forward(pool, table, rows, columns, result);
            for (int i = 0; i < result.Length; i++)
            {
                Assert.Equal(table[(rows[i / columns] * columns) + (i % columns)], result[i]);
            }

            int[] named = [.. rows.Distinct().Order()];
            int[] positions = [.. named.SelectMany(row => Enumerable.Range(0, rows.Length).Where(i => rows[i] == row))];
            int[] starts = [.. named.Select(row => rows.Count(other => other < row)), rows.Length];
            float[] gradient = KernelTest.Numbers(result.Length, seed: 2);
            float[] sums = KernelTest.Numbers(table.Length, seed: 3);
            double[] expected = [.. sums.Select(value => (double)value)];
            for (int i = 0; i < gradient.Length; i++)
            {
                expected[(rows[i / columns] * columns) + (i % columns)] += gradient[i];
            }

            Embedding.Backward(pool, gradient, positions, named, starts, columns, sums);
            Assert.All(expected.Zip(sums), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    });
}
