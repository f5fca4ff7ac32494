using Quern.Tensors;

namespace Quern.Nn.Tests.Distributed;

public sealed class DistributedDataParallelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_loop_of_ones_own_ends_with_the_weights_of_one_process(int size)
    {
        float[] alone = Train(group: null);

        Assert.All(ThreadProcessGroup.Run(size, Train), weights => Assert.All(weights.Zip(alone), pair => Assert.Equal(pair.Second, pair.First, 1e-6)));

        // Five batches, the last of which has 4 samples, with the lines of docs/distributed.md.
        static float[] Train(ProcessGroup? group)
        {
            group ??= ThreadProcessGroup.Alone;
            Tensor points = Tensor.Random([44, 2], new Generator(1), -1, 1);
            DataLoader loader = new(new TensorDataset(points, points.Sum(axis: 1) > 0.1), 10);
            Generator generator = new((ulong)group.Rank);
            Sequential network = new(new Linear(2, 8, generator), new Tanh(), new Linear(8, 2, generator));
            CrossEntropyLoss loss = new();
            Sgd sgd = new(network.Parameters, 0.1);

            DistributedDataParallel parallel = new(network, group);
            parallel.BroadcastState();
            for (int batch = 0; batch < loader.BatchCount; batch++)
            {
                int length = loader.BatchLength(batch, group.Rank, group.Size);
                sgd.ZeroGradient();
                if (length > 0)
                {
                    Batch part = loader.Load(batch, group.Rank, group.Size);
                    loss.Forward(network.Forward(part.Inputs), part.Targets);
                    network.BackwardParameters(loss.Backward());
                }

                parallel.ReduceGradients(share: (double)length / loader.BatchLength(batch));
                sgd.Step();
            }

            parallel.CheckState();
            return [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void A_parameter_has_a_gradient_where_it_had_one_in_any_process()
    {
        string[] found = ThreadProcessGroup.Run(2, group =>
        {
            Generator generator = new(1);
            Linear used = new(2, 1, generator), sometimes = new(2, 1, generator), never = new(2, 1, generator);
            DistributedDataParallel parallel = new(new Sequential(used, sometimes, never), group);
            foreach (Linear layer in group.Rank == 0 ? (Linear[])[used] : [used, sometimes])
            {
                layer.Weight.AccumulateGradient(out _).Fill(1 + group.Rank);
            }

            parallel.ReduceGradients(share: 0.25 + (0.5 * group.Rank));
            return string.Join(", ", ((Linear[])[used, sometimes, never]).Select(layer => layer.Weight.HasGradient ? layer.Weight.Gradient[0, 1] : 0));
        });

        // 0.25 · 1 + 0.75 · 2, and 0.75 · 2 where the first process has none.
        Assert.All(found, gradients => Assert.Equal("1.75, 1.5, 0", gradients));
    }

    [Fact]
    public void A_share_is_from_0_to_1()
    {
        DistributedDataParallel parallel = new(new Linear(2, 1, new Generator(1)), ThreadProcessGroup.Alone);

        foreach (double share in (double[])[-0.1, 1.1, double.NaN])
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => parallel.ReduceGradients(share));
            Assert.Equal(share, error.ActualValue);
        }

        Assert.Throws<ArgumentException>(() => new DistributedDataParallel(new Relu(), ThreadProcessGroup.Alone));
    }
}
