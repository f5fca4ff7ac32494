namespace Quern.Tensors.Tests;

/// <summary>Random choices follow from the seed and have the probabilities that were asked for.</summary>
public sealed class SamplingTests
{
    private const int Many = 100_000;

    // Five standard deviations of a frequency.
    private static double Tolerance(double probability) => 5 * Math.Sqrt(probability * (1 - probability) / Many);

    [Fact]
    public void Bernoulli_gives_ones_as_often_as_asked()
    {
        Assert.Equal(0.3, Tensor.Bernoulli([Many], 0.3, new Generator(1)).Mean().Item(), Tolerance(0.3));
        Assert.Equal([0, 0, 0], Tensor.Bernoulli([3], 0, new Generator(1)).ToArray());
        Assert.Equal([1, 1, 1], Tensor.Bernoulli([3], 1, new Generator(1)).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Bernoulli([3], 1.5, new Generator(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Bernoulli([3], double.NaN, new Generator(1)));

        float[] probabilities = [0, 0.1f, 0.9f, 1];
        float[] frequencies = (Tensor.Zeros(Many, 1) + Tensor.From(probabilities)).Bernoulli(new Generator(2)).Mean(0).ToArray();
        Assert.All(probabilities.Zip(frequencies), pair => Assert.Equal(pair.First, pair.Second, Tolerance(pair.First)));
    }

    [Fact]
    public void Permutation_holds_each_number_once_and_follows_from_the_generator()
    {
        Generator generator = new(3);
        float[] first = Tensor.Permutation(1000, generator).ToArray();
        float[] second = Tensor.Permutation(1000, generator).ToArray();
        Assert.NotEqual(first, second);
        Assert.Equal(first, Tensor.Permutation(1000, new Generator(3)).ToArray());
        Assert.Equal(Tensor.Arange(1000).ToArray(), first.Order().ToArray());
        Assert.Equal([0], Tensor.Permutation(0, generator).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Permutation((1 << 24) + 1, generator));
    }

    [Fact]
    public void Multinomial_draws_classes_in_proportion_to_their_weights()
    {
        float[] weights = [0, 1, 0, 3, 6, 0];
        Tensor drawn = Tensor.From(weights).Multinomial(Many, new Generator(4), replacement: true);
        Assert.Equal([Many], drawn.Shape);
        float[] frequencies = drawn.OneHot(6).Mean(0).ToArray();
        Assert.All(weights.Zip(frequencies), pair => Assert.Equal(pair.First / 10, pair.Second, Tolerance(pair.First / 10)));
        Assert.Equal(drawn.ToArray(), Tensor.From(weights).Multinomial(Many, new Generator(4), replacement: true).ToArray());
    }

    [Fact]
    public void Multinomial_without_replacement_draws_no_class_twice()
    {
        float[] weights = [5, 0, 3, 2];
        Tensor rows = Tensor.Zeros(Many, 1) + Tensor.From(weights);
        Tensor drawn = rows.Multinomial(2, new Generator(5));
        Assert.Equal([Many, 2], drawn.Shape);
        float[] counts = new float[16];
        foreach (float[] pair in drawn.ToArray().Chunk(2))
        {
            counts[(int)((4 * pair[0]) + pair[1])] += 1f / Many;
        }

        for (int first = 0; first < 4; first++)
        {
            for (int second = 0; second < 4; second++)
            {
                // The second is drawn from what the first leaves.
                double probability = first == second ? 0 : weights[first] / 10 * weights[second] / (10 - weights[first]);
                Assert.Equal(probability, counts[(4 * first) + second], Tolerance(probability));
            }
        }
    }

    [Fact]
    public void Weights_that_make_no_choice_are_refused()
    {
        Generator generator = new(6);
        Assert.Equal(
            "Multinomial: 1 classes of row 0 have a weight above 0, and 2 are needed. Draw fewer, or with replacement.",
            Assert.Throws<ArgumentException>(() => Tensor.From(0, 1, 0f).Multinomial(2, generator)).Message);
        Assert.Equal(
            "Multinomial: the weight of class 1 in row 1 is -1; weights are finite, and zero or more.",
            Assert.Throws<ArgumentException>(() => Tensor.From([1, 1, 1, -1], [2, 2]).Multinomial(1, generator)).Message);
        Assert.Throws<ArgumentException>(() => Tensor.From(1, float.NaN).Multinomial(1, generator));
        Assert.Throws<ArgumentException>(() => Tensor.From(0, 0f).Multinomial(1, generator, replacement: true));
        Assert.Throws<ShapeException>(() => Tensor.Ones(2, 2, 2).Multinomial(1, generator));
    }

    [Fact]
    public void Choices_are_the_same_on_an_OpenCL_device()
    {
        Device device = OpenClOperationTests.OpenClDevice();
        Tensor weights = Tensor.Random([3, 7], new Generator(1));
        Assert.Equal(Tensor.Bernoulli([101], 0.4, new Generator(7)).ToArray(), Tensor.Bernoulli([101], 0.4, new Generator(7), device).ToArray());
        Assert.Equal(weights.Bernoulli(new Generator(8)).ToArray(), weights.To(device).Bernoulli(new Generator(8)).ToArray());
        Assert.Equal(weights.Multinomial(4, new Generator(9)).ToArray(), weights.To(device).Multinomial(4, new Generator(9)).ToArray());
        Assert.Equal(Tensor.Permutation(37, new Generator(10)).ToArray(), Tensor.Permutation(37, new Generator(10), device).ToArray());
        Assert.Same(device, weights.To(device).Multinomial(4, new Generator(9)).Device);
    }
}
