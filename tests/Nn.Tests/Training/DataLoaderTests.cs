using Quern.Kernels.Cpu;
using Quern.Tensors;

namespace Quern.Nn.Tests.Training;

public sealed class DataLoaderTests
{
    private static readonly TensorDataset Ten = new(Tensor.From([.. Enumerable.Range(0, 60).Select(i => (float)i)], [10, 2, 3]), Tensor.From([.. Enumerable.Range(0, 10).Select(i => (float)i)], [10]));

    [Theory]
    [InlineData(false, 4, 10)]
    [InlineData(true, 3, 9)]
    public void Batches_cover_the_samples_and_the_last_has_what_is_left(bool dropLast, int batches, int samples)
    {
        DataLoader loader = new(Ten, 3, dropLast: dropLast);

        Assert.Equal(batches, loader.BatchCount);
        Assert.Equal(samples, loader.SampleCount);
        Assert.Equal(Enumerable.Range(0, samples).Select(i => (float)i), loader.Batches(1).SelectMany(batch => batch.Targets.ToArray()).ToArray());
    }

    [Fact]
    public void Without_shuffling_a_batch_is_a_view()
    {
        Batch batch = new DataLoader(Ten, 3).Load(1);

        Assert.Equal([3, 2, 3], batch.Inputs.Shape);
        Assert.Same(Ten.Inputs.Memory, batch.Inputs.Memory);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5UL)]
    public void The_parts_of_a_batch_are_the_batch(ulong? shuffleSeed)
    {
        DataLoader loader = new(Ten, 4, shuffleSeed);
        loader.StartEpoch(1);
        foreach (int parts in (int[])[1, 2, 3, 4])
        {
            for (int batch = 0; batch < loader.BatchCount; batch++)
            {
                int[] lengths = [.. Enumerable.Range(0, parts).Select(part => loader.BatchLength(batch, part, parts))];
                Assert.Equal(loader.BatchLength(batch), lengths.Sum());
                Assert.InRange(lengths.Max() - lengths.Min(), 0, 1);
                float[] whole = loader.Load(batch).Inputs.ToArray();
                Assert.Equal(whole, Enumerable.Range(0, parts).Where(part => lengths[part] > 0).SelectMany(part => loader.Load(batch, part, parts).Inputs.ToArray()));
            }
        }
    }

    [Fact]
    public void A_part_without_samples_is_refused()
    {
        DataLoader loader = new(Ten, 4);

        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(part => loader.BatchLength(2, part, 3)));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => loader.Load(2, 0, 3));
        Assert.Equal("DataLoader.Load: batch 2 has 2 samples, which leave none for part 0 of 3. Ask BatchLength first.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Load(2, 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Load(2, 0, 0));
    }

    [Fact]
    public void Each_epoch_has_an_order_of_its_own_that_can_be_repeated()
    {
        DataLoader loader = new(Ten, 4, shuffleSeed: 5);

        float[] first = Targets(1), second = Targets(2);

        Assert.NotEqual(first, second);
        Assert.Equal(first, Targets(1));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), first.Order());

        float[] Targets(int epoch) => [.. loader.Batches(epoch).SelectMany(batch =>
        {
            // Inputs go with their targets.
            Assert.Equal(batch.Targets.ToArray().SelectMany(target => Enumerable.Range(0, 6).Select(i => (6 * target) + i)), batch.Inputs.ToArray());
            return batch.Targets.ToArray();
        })];
    }

    [Fact]
    public void An_order_shares_no_random_numbers_with_the_first_weights()
    {
        // First weights take the streams from 0 up, and the order of an epoch one that is far from them.
        const ulong Seed = 5;
        const int Epoch = 3;
        int[] order = new int[10];
        Philox.Permutation(Seed, (1UL << 32) + Epoch, order);

        Assert.Equal(order.Select(i => (float)i), new DataLoader(Ten, 4, shuffleSeed: Seed).Batches(Epoch).SelectMany(batch => batch.Targets.ToArray()).ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5UL)]
    public void A_loader_for_a_device_gives_it_the_batches_of_the_processor(ulong? seed) => Assert.All(Device.All, device =>
    {
        DataLoader here = new(Ten, 4, seed), there = new(Ten, 4, seed, device: device);
        TensorDataset moved = new(Ten.Inputs.To(device), Ten.Targets.To(device));
        DataLoader onIt = new(moved, 4, seed);
        foreach (DataLoader loader in (DataLoader[])[here, there, onIt])
        {
            loader.StartEpoch(2);
        }

        for (int i = 0; i < here.BatchCount; i++)
        {
            foreach (Batch batch in (Batch[])[there.Load(i), onIt.Load(i)])
            {
                Assert.Equal((device, device), (batch.Inputs.Device, batch.Targets.Device));
                Assert.Equal(here.Load(i).Inputs.ToArray(), batch.Inputs.ToArray());
                Assert.Equal(here.Load(i).Targets.ToArray(), batch.Targets.ToArray());
            }
        }
    });

    [Fact]
    public void A_split_takes_every_sample_once()
    {
        var (first, second) = Ten.Split(0.75, seed: 1);

        Assert.Equal((8, 2), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), first.Targets.ToArray().Concat(second.Targets.ToArray()).Order());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("[10, 2, 3]", Assert.Throws<ShapeException>(() => new TensorDataset(Ten.Inputs, Tensor.Ones([9]))).Message);
        Assert.Contains("at most 10", Assert.Throws<ArgumentException>(() => new DataLoader(Ten, 11, dropLast: true)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(Ten, 4).Load(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ten.Split(1, 0));
    }
}
