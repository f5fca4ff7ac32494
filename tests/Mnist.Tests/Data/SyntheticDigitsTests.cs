using System.Security.Cryptography;
using Quern.Mnist.Data;
using Quern.Mnist.Pictures;
using Quern.Mnist.Tests.Pictures;

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
            ReadOnlySpan<byte> image = digits.Image(i);
            for (int p = 0; p < 28 * 28; p++)
            {
                byte ink = image[p];
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
        double[,] means = new double[10, 28 * 28];
        for (int i = 0; i < train.Count; i++)
        {
            ReadOnlySpan<byte> image = train.Image(i);
            for (int p = 0; p < image.Length; p++)
            {
                means[train.Labels[i], p] += image[p] / 500.0;
            }
        }

        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            ReadOnlySpan<byte> image = test.Image(i);
            double[] distances = new double[10];
            for (int c = 0; c < 10; c++)
            {
                for (int p = 0; p < image.Length; p++)
                {
                    distances[c] += (means[c, p] - image[p]) * (means[c, p] - image[p]);
                }
            }

            right += Array.IndexOf(distances, distances.Min()) == test.Labels[i] ? 1 : 0;
        }

        // On MNIST this classifier is right for 82 of 100; chance is 10.
        Assert.InRange(right / 2000.0, 0.7, 0.999);
    }

    [Fact]
    public void The_picture_in_the_documentation_shows_these_digits()
    {
        ContactSheet sheet = new(rows: 10, columns: 16, scale: 2);
        for (int i = 0; i < 160; i++)
        {
            byte[] image = new byte[28 * 28];
            int label = SyntheticDigits.DrawOne(seed: 0, index: i, image);
            sheet.Put(row: label, column: i / 10, image);
        }

        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Quern.slnx")))
        {
            root = root.Parent;
        }

        PngDecoder picture = PngDecoder.Decode(File.ReadAllBytes(Path.Combine(root!.FullName, "docs", "images", "synthetic-digits.png")));
        Assert.Equal((sheet.Width, sheet.Height), (picture.Width, picture.Height));
        Assert.True(sheet.Pixels.SequenceEqual(picture.Pixels), "Draw docs/images/synthetic-digits.png again: docs/data.md says how.");
    }

    [Fact]
    public void An_image_of_the_wrong_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => SyntheticDigits.DrawOne(0, 0, new byte[783]));
}
