using System.Security.Cryptography;
using Quern.Mnist.Data;

namespace Quern.Mnist.Tests.Data;

public class SyntheticDigitsTests
{
    [Fact]
    public void The_digits_of_seed_0_are_the_same_on_every_machine() =>
        Assert.Equal(
            "530c0fe974cec54d52fb1419d3e997ac1c567eace40461ff0fd56b507a5290fc",
            Convert.ToHexStringLower(SHA256.HashData(SyntheticDigits.Draw(0, 0, 2000).Images)));

    [Fact]
    public void A_digit_depends_on_its_seed_and_index_alone()
    {
        Dataset together = SyntheticDigits.Draw(7, 100, 600);
        byte[] alone = new byte[28 * 28];
        for (int i = 0; i < together.Count; i++)
        {
            Array.Fill(alone, (byte)99);
            Assert.Equal(together.Labels[i], SyntheticDigits.DrawOne(7, 100 + i, alone));
            Assert.True(together.Image(i).SequenceEqual(alone), $"digit {100 + i}");
        }
    }

    [Fact]
    public void Seeds_and_indices_give_different_digits()
    {
        Dataset first = SyntheticDigits.Draw(0, 0, 500), second = SyntheticDigits.Draw(1, 0, 500);

        Assert.Equal(1000, Enumerable.Range(0, 500)
            .SelectMany(i => new[] { Convert.ToBase64String(first.Image(i)), Convert.ToBase64String(second.Image(i)) }).Distinct().Count());
    }

    [Fact]
    public void Every_class_is_equally_frequent() =>
        Assert.All(SyntheticDigits.Draw(0, 0, 1000).Labels.ToArray().CountBy(label => label), pair => Assert.Equal(100, pair.Value));

    [Fact]
    public void Digits_have_the_ink_the_box_and_the_centre_of_MNIST()
    {
        Dataset digits = SyntheticDigits.Draw(0, 0, 2000);

        // MNIST: mean 0.1307 of full ink.
        double total = 0;
        for (int i = 0; i < digits.Count; i++)
        {
            double mass = 0, x = 0, y = 0;
            for (int p = 0; p < 28 * 28; p++)
            {
                byte ink = digits.Image(i)[p];
                bool isBorder = p % 28 is 0 or 27 || p / 28 is 0 or 27;
                Assert.False(isBorder && ink > 0, $"digit {i} touches the border");
                mass += ink;
                x += ink * (p % 28 + 0.5);
                y += ink * (p / 28 + 0.5);
            }

            Assert.InRange(x / mass, 12, 16);
            Assert.InRange(y / mass, 12, 16);
            total += mass;
        }

        Assert.InRange(total / 255 / digits.Images.Length, 0.10, 0.16);
    }

    [Fact]
    public void The_nearest_class_mean_tells_most_digits_apart()
    {
        Dataset train = SyntheticDigits.Draw(0, 0, 5000), test = SyntheticDigits.Draw(0, 5000, 2000);
        double[][] means = [.. Enumerable.Range(0, 10).Select(_ => new double[28 * 28])];
        for (int i = 0; i < train.Count; i++)
        {
            for (int p = 0; p < 28 * 28; p++)
            {
                means[train.Labels[i]][p] += train.Image(i)[p] / 500.0;
            }
        }

        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            byte[] image = test.Image(i).ToArray();
            int nearest = Enumerable.Range(0, 10).MinBy(c => means[c].Zip(image, (m, p) => (m - p) * (m - p)).Sum());
            right += nearest == test.Labels[i] ? 1 : 0;
        }

        // On MNIST this classifier is right for 82 of 100; chance is 10.
        Assert.InRange(right / 2000.0, 0.7, 0.999);
    }

    [Fact]
    public void An_image_of_the_wrong_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => SyntheticDigits.DrawOne(0, 0, new byte[783]));
}
