using Quern.Mnist.Data;
using Quern.Tensors;

namespace Quern.Mnist.Tests.Data;

public class ImageNoiseTests
{
    private const int Count = 200_000;

    [Fact]
    public void Gaussian_noise_has_its_deviation_and_stays_within_0_and_1()
    {
        float[] grey = Spoil("gaussian:0.1", 0.5f);
        Assert.Equal(0.5, grey.Average(), 0.002);
        Assert.Equal(0.1, Math.Sqrt(grey.Average(pixel => (pixel - 0.5) * (pixel - 0.5))), 0.002);

        float[] black = Spoil("gaussian:0.3", 0);
        Assert.All(black, pixel => Assert.InRange(pixel, 0, 1));
        Assert.Equal(0.5, black.Count(pixel => pixel == 0) / (double)Count, 0.01);
        Assert.Contains(1f, Spoil("gaussian:0.3", 0.9f));
    }

    [Fact]
    public void Masking_sets_a_share_of_the_pixels_to_0()
    {
        float[] pixels = Spoil("masking:0.25", 0.7f);

        Assert.Equal([0f, 0.7f], pixels.Distinct().Order());
        Assert.Equal(0.25, pixels.Count(pixel => pixel == 0) / (double)Count, 0.005);
    }

    [Fact]
    public void Salt_and_pepper_sets_as_many_pixels_to_0_as_to_1()
    {
        float[] pixels = Spoil("salt-pepper:0.2", 0.7f);

        Assert.Equal([0f, 0.7f, 1f], pixels.Distinct().Order());
        Assert.Equal(0.1, pixels.Count(pixel => pixel == 0) / (double)Count, 0.005);
        Assert.Equal(0.1, pixels.Count(pixel => pixel == 1) / (double)Count, 0.005);
    }

    [Theory]
    [InlineData("masking:1", 0f)]
    [InlineData("salt-pepper:1", null)]
    public void Noise_can_change_every_pixel(string noise, float? value)
    {
        float[] pixels = Spoil(noise, 0.7f);
        Assert.DoesNotContain(0.7f, pixels);
        Assert.Equal(value is null ? [0f, 1f] : [value.Value], pixels.Distinct().Order());
    }

    [Theory]
    [InlineData("gaussian:0.3")]
    [InlineData("masking:0.25")]
    [InlineData("salt-pepper:0.2")]
    public void The_same_seed_gives_the_same_noise_and_another_stream_another(string text)
    {
        Generator generator = new(4);
        var images = Tensor.Random([3, 784], new Generator(1));
        float[] first = Noise(text).AddTo(images, generator).ToArray();
        float[] second = Noise(text).AddTo(images, generator).ToArray();
        float[] again = Noise(text).AddTo(images, new Generator(4)).ToArray();

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Assert.Equal(text, Noise(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gaussian")]
    [InlineData("gaussian:")]
    [InlineData("gaussian:0")]
    [InlineData("gaussian:-0.3")]
    [InlineData("gaussian:NaN")]
    [InlineData("gaussian:0,3")]
    [InlineData("gaussian:11")]
    [InlineData("masking:1.5")]
    [InlineData("Masking:0.5")]
    [InlineData("salt-pepper:0.2:1")]
    [InlineData("poisson:1")]
    public void Text_that_is_no_noise_is_refused(string text) => Assert.False(ImageNoise.TryParse(text, out _));

    [Fact]
    public void An_amount_outside_its_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageNoise(NoiseKind.Masking, 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageNoise(NoiseKind.Gaussian, double.NaN));
    }

    private static ImageNoise Noise(string text) => ImageNoise.TryParse(text, out var noise) ? noise! : throw new ArgumentException(text);

    private static float[] Spoil(string noise, float pixel) => Noise(noise).AddTo(Tensor.Full([Count], pixel), new Generator(3)).ToArray();
}
