using Quern.Kernels.Operators;

namespace Quern.Tensors.Tests;

/// <summary>Numbers at which an operation could overflow, lose digits or miss its bounds.</summary>
public abstract partial class OperationTests
{
    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1)]
    [InlineData(1e17f)]
    [InlineData(1e30f)]
    public void BatchNorm_of_small_and_large_numbers_is_PyTorchs(float scale)
    {
        const float Epsilon = 1e-5f, Momentum = 0.25f;
        foreach ((int batch, int channels, int inner) in ((int, int, int)[])[(4, 1, 1), (67, 19, 1), (3, 2, 67)])
        {
            int count = batch * inner;
            float[] numbers = [.. Plain.Numbers(batch * channels * inner, 1).Select(number => number * scale)];
            double[][] ofChannel =
                [.. Enumerable.Range(0, channels).Select(channel => Plain.Doubles(numbers.Where((_, i) => i / inner % channels == channel)))];
            double[] means = [.. ofChannel.Select(values => values.Average())];

            // A variance is a float: of numbers around 1e30 infinite, and what it normalises 0.
            double[] variances = [.. ofChannel.Select((values, channel) => (double)(float)values.Average(value => Math.Pow(value - means[channel], 2)))];
            double[] expected = [.. numbers.Select((number, i) => (number - means[i / inner % channels]) / Math.Sqrt(variances[i / inner % channels] + Epsilon))];
            double unbiased = count / (count - 1.0);
            OnEveryTier(() =>
            {
                Tensor x = Tensor.From(numbers, [batch, channels, inner], device);
                Tensor mean = Tensor.Zeros([channels], device), variance = Tensor.Zeros([channels], device), result = Tensor.Zeros(x.Shape, device);
                device.BatchNormStatistics(x, inner, mean, variance);
                device.BatchNorm(x, mean, variance, Epsilon, null, null, inner, result);
                Plain.AssertClose(variances, variance, 100 * tolerance, "The variance");
                Plain.AssertClose(expected, result, 100 * tolerance, "BatchNorm");
                Tensor runningMean = Tensor.Zeros([channels], device), runningVariance = Tensor.Ones([channels], device);
                for (int step = 0; step < 2; step++)
                {
                    device.BatchNormRunning(mean, variance, count, Momentum, runningMean, runningVariance);
                }

                const double Kept = (1 - Momentum) * (1 - Momentum);
                Plain.AssertClose([.. means.Select(value => (1 - Kept) * value)], runningMean, 100 * tolerance, "The running mean");
                Plain.AssertClose([.. variances.Select(value => Kept + ((1 - Kept) * value * unbiased))], runningVariance, 100 * tolerance, "The running variance");
            });
        }
    }

    [Fact]
    public void A_millionth_joins_the_norm_that_clips() => OnEveryTier(() =>
    {
        Tensor x = Tensor.Full([67], 1e-6f, device);
        device.ClipNorm(x, Tensor.Scalar(3e-6f, device), 1e-6f);
        Plain.AssertSpecial([.. Enumerable.Repeat(1e-6f * (double)1e-6f / (3e-6f + 1e-6), 67)], x, 10 * tolerance, _ => "1e-6", "ClipNorm");
    });

    [Fact]
    public void Adam_takes_gradients_whose_square_is_beyond_float32() => OnEveryTier(() =>
    {
        // What PyTorch gives for the gradients 1e20, 1, 1 and the rate 0.1.
        Tensor parameter = Tensor.Zeros([67], device), firstMoment = Tensor.Zeros([67], device), secondMoment = Tensor.Zeros([67], device);
        for (int step = 1; step <= 3; step++)
        {
            Tensor gradient = Tensor.Full([67], step == 1 ? 1e20f : 1, device);
            float stepSize = (float)(0.1 / (1 - Math.Pow(0.9, step)));
            float rootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, step)));
            device.Update<AdamOperator>(
                [new UpdateSlot(parameter, gradient, firstMoment, secondMoment)], [stepSize, rootScale, 1e-8f, 0.1f, 0.999f, 0.001f, 0, 1]);
        }

        Plain.AssertClose([.. Enumerable.Repeat(-0.2188015, 67)], parameter, 10 * tolerance, "Adam");
    });

    [Fact]
    public void A_number_is_dropped_where_its_draw_lies_below_the_probability_and_kept_where_it_equals_it()
    {
        // The draws of dropout are those of the uniform numbers from 0 to 1.
        float[] draws = Tensor.Random([11], new Generator(7) { Stream = 3 }, device: device).ToArray();
        for (int i = 0; i < draws.Length; i++)
        {
            Assert.NotEqual(0, Dropped(draws[i])[i]);
            Assert.Equal(0, Dropped(draws[i] + Math.Pow(2, -24))[i]);
        }

        float[] Dropped(double probability)
        {
            Tensor result = Tensor.Zeros([draws.Length], device);
            device.Dropout(Tensor.Ones([draws.Length], device), 7, 3, probability, result);
            return result.ToArray();
        }
    }

    [Theory]
    [InlineData(33_008_474, 0)]
    [InlineData(18_189_822, 2)]
    public void The_least_uniform_number_gives_the_greatest_normal_ones_and_none_that_are_infinite(int stream, int first)
    {
        // Streams in which the 24 bits that the pair of numbers gets its distance from zero by are all 0.
        float[] numbers = Tensor.RandomNormal([4], new Generator(0) { Stream = (ulong)stream }, device: device).ToArray();
        Assert.Equal(-2 * Math.Log(Math.Pow(2, -24)), Math.Pow(numbers[first], 2) + Math.Pow(numbers[first + 1], 2), 1e-3);
    }

    [Fact]
    public void The_largest_of_more_elements_than_a_float_can_number_is_refused_on_every_device()
    {
        Tensor x = Tensor.Zeros([(1 << 24) + 1], device);
        x[1 << 24] = 1;
        Assert.Contains("at most 16777216", Assert.Throws<ShapeException>(() => x.ArgMax(0)).Message, StringComparison.Ordinal);
        Assert.Equal((1 << 24) - 1, x.Rows(1, 1 << 24).ArgMax(0).Item());
    }
}
