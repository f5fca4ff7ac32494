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

    [Fact]
    public void A_confusion_matrix_counts_what_was_taken_for_what()
    {
        ConfusionMatrix matrix = new(3);

        matrix.Add(Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 0, 1 }, { 0, 2, 1 }, { 0, 1, 0 } }), Tensor.From([0f, 1, 1, 2], [4]));

        Assert.Equal([1, 1, 1, 1], new[] { matrix[0, 0], matrix[1, 2], matrix[1, 1], matrix[2, 1] });
        Assert.Equal(0.5, matrix.Value);
        Assert.Equal(0.5, matrix.Precision(1));
        Assert.Equal(0.5, matrix.Recall(1));
        Assert.Equal("     0 1 2\n   0 1 0 0\n   1 0 1 1\n   2 0 1 0", matrix.ToString());
        Assert.Throws<ArgumentException>(() => matrix.Add(Tensor.Ones([1, 3]), Tensor.From([3f], [1])));
    }
}
