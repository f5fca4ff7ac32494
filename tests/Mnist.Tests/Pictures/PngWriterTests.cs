using Quern.Mnist.Pictures;

namespace Quern.Mnist.Tests.Pictures;

public class PngWriterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(28, 28)]
    [InlineData(13, 5)]
    [InlineData(301, 97)]
    public void WriteGray_is_read_back_by_an_independent_decoder(int width, int height)
    {
        byte[] pixels = Noise(width * height);
        using var file = new MemoryStream();

        PngWriter.WriteGray(file, width, height, pixels);

        var png = PngDecoder.Decode(file.ToArray());
        Assert.Equal((width, height, 1), (png.Width, png.Height, png.Channels));
        Assert.Equal(pixels, png.Pixels);
        Assert.Equal(["IHDR", "IDAT", "IEND"], png.Chunks);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 11)]
    public void WriteRgb_is_read_back_by_an_independent_decoder(int width, int height)
    {
        byte[] pixels = Noise(3 * width * height);
        using var file = new MemoryStream();

        PngWriter.WriteRgb(file, width, height, pixels);

        var png = PngDecoder.Decode(file.ToArray());
        Assert.Equal((width, height, 3), (png.Width, png.Height, png.Channels));
        Assert.Equal(pixels, png.Pixels);
    }

    [Fact]
    public void Smooth_pictures_are_read_back_and_compress_well()
    {
        const int Size = 128;
        byte[] ramp = new byte[Size * Size];
        for (int i = 0; i < ramp.Length; i++)
        {
            ramp[i] = (byte)((i % Size) + (3 * (i / Size)));
        }

        using var file = new MemoryStream();
        PngWriter.WriteGray(file, Size, Size, ramp);

        Assert.Equal(ramp, PngDecoder.Decode(file.ToArray()).Pixels);
        Assert.True(file.Length < ramp.Length / 20, $"{file.Length} bytes for {ramp.Length} pixels of a ramp");
    }

    [Fact]
    public void WriteGray_says_how_many_bytes_it_expects()
    {
        var error = Assert.Throws<ArgumentException>(() => PngWriter.WriteGray(new MemoryStream(), 4, 3, new byte[11]));

        Assert.Contains("4 x 3", error.Message);
        Assert.Contains("12", error.Message);
        Assert.Contains("11", error.Message);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    public void WriteGray_refuses_an_empty_picture(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PngWriter.WriteGray(new MemoryStream(), width, height, new byte[1]));

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
