using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Training;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Training;

public class LinearProbeTests
{
    [Fact]
    public void Labels_that_a_line_parts_are_told_and_those_at_random_are_not()
    {
        const int Count = 3000;
        // Far from the origin and of different scale: what codes may be like.
        float[] codes = [.. Tensor.RandomNormal([2 * Count, 2], new Generator(1)).ToArray().Select((value, i) => i % 2 == 0 ? 1000 + (100 * value) : value / 100)];
        byte[] halves = [.. Enumerable.Range(0, 2 * Count).Select(i => (byte)(codes[2 * i] - 1000 > 10_000 * codes[(2 * i) + 1] ? 1 : 0))];
        byte[] random = [.. Tensor.Random([2 * Count], new Generator(2)).ToArray().Select(value => (byte)(value * 10))];

        Assert.InRange(Accuracy(codes, halves, 2), 0.98, 1);
        Assert.InRange(Accuracy(codes, random, 10), 0.05, 0.15);
        Assert.Equal(Accuracy(codes, random, 10), Accuracy(codes, random, 10));

        static double Accuracy(float[] codes, byte[] labels, int classes) => LinearProbe.Accuracy(
            Tensor.From(codes[..(2 * Count)], [Count, 2]), labels.AsSpan(0, Count), Tensor.From(codes[(2 * Count)..], [Count, 2]), labels.AsSpan(Count), classes);
    }

    [Fact]
    public void The_images_of_a_last_batch_that_is_not_full_are_learned_too()
    {
        const int Count = 600, Batch = 500;
        int[] order = new int[Count];
        BatchOrder.Shuffle(0, 0, order);
        byte[] labels = new byte[Count];

        // The code says nothing, so that the label is told that most have; in the full batch it is the other one.
        foreach (int image in order[((Batch / 2) + 10)..])
        {
            labels[image] = 1;
        }

        Tensor codes = Tensor.Full([Count, 1], 7);

        Assert.Equal(1, LinearProbe.Accuracy(codes, labels, Tensor.Full([1, 1], 7), [1], 2));
    }

    [Fact]
    public void A_number_that_is_always_the_same_does_no_harm()
    {
        float[] codes = [.. Enumerable.Range(0, 100).SelectMany(i => (float[])[7, i % 2])];
        byte[] labels = [.. Enumerable.Range(0, 100).Select(i => (byte)(i % 2))];

        Assert.Equal(1, LinearProbe.Accuracy(Tensor.From(codes, [100, 2]), labels, Tensor.From(codes, [100, 2]), labels, 2));
    }

    [Fact]
    public void Codes_that_are_no_numbers_have_no_accuracy()
    {
        Autoencoder model = new(new Generator(0), 2);
        model.Parameters[0].Value.Fill(float.NaN);
        DataSplits data = new("synthetic", SyntheticDigits.Draw(0, 0, 20), SyntheticDigits.Draw(0, 20, 10), true, "Drawn.");

        Assert.Null(LinearProbe.Accuracy(model, data));
    }
}
