using Quern.Mnist.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Quern.Mnist.Tests.Data;

public sealed class ImageReaderTests : IDisposable
{
    private static readonly Rgba32 Black = new(0, 0, 0), White = new(255, 255, 255), Grey = new(180, 180, 180), Nothing = new(0, 0, 0, 0), WhiteNothing = new(255, 255, 255, 0);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private byte[] Read(Image picture, IImageEncoder? encoder = null, Ink ink = Ink.Auto)
    {
        string path = _folder.File("picture");
        using (FileStream file = File.Create(path))
        {
            picture.Save(file, encoder ?? new PngEncoder());
        }

        picture.Dispose();
        return ImageReader.Read(path, ink);
    }

    private string MessageOf(byte[] file)
    {
        string path = _folder.File("picture");
        File.WriteAllBytes(path, file);
        string message = Assert.Throws<DataFormatException>(() => ImageReader.Read(path)).Message;
        Assert.StartsWith($"'{path}' ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static byte[] Bytes(Image picture, IImageEncoder encoder)
    {
        using MemoryStream file = new();
        picture.Save(file, encoder);
        picture.Dispose();
        return file.ToArray();
    }

    private static double Difference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

    private static void AssertPrepared(byte[] image)
    {
        int[] inked = [.. Enumerable.Range(0, image.Length).Where(i => image[i] > 0)];
        int height = (inked.Max() / 28) - (inked.Min() / 28) + 1;
        int width = inked.Max(i => i % 28) - inked.Min(i => i % 28) + 1;
        Assert.InRange(Math.Max(width, height), 19, 21);
        Assert.Equal(255, image.Max());
        double mass = image.Sum(pixel => (double)pixel);
        double x = Enumerable.Range(0, image.Length).Sum(i => image[i] * ((i % 28) + 0.5)) / mass;
        double y = Enumerable.Range(0, image.Length).Sum(i => image[i] * ((i / 28) + 0.5)) / mass;
        Assert.InRange(x, 13.4, 14.6);
        Assert.InRange(y, 13.4, 14.6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Size_place_tone_and_kind_of_file_change_little(int kind)
    {
        byte[] first = Read(DrawnPicture.Draw(kind, 200, 200, Black, White));

        AssertPrepared(first);
        byte[][] others =
        [
            Read(DrawnPicture.Draw(kind, 200, 200, White, Black)),
            Read(DrawnPicture.Draw(kind, 200, 200, Black, Grey)),
            Read(DrawnPicture.Draw(kind, 200, 200, Black, Nothing)),
            Read(DrawnPicture.Draw(kind, 200, 200, White, WhiteNothing)),
            Read(DrawnPicture.Draw(kind, 640, 300, Black, White, (400, 20, 150))),
            Read(DrawnPicture.Draw(kind, 90, 500, White, Black, (5, 300, 75))),
            Read(DrawnPicture.Draw(kind, 200, 200, Black, White), new JpegEncoder { Quality = 90 }),
            Read(DrawnPicture.Draw(kind, 200, 200, Black, White), new BmpEncoder()),
            Read(DrawnPicture.Draw(kind, 200, 200, Black, White), new GifEncoder()),
        ];

        Assert.All(others, AssertPrepared);
        Assert.All(others, other => Assert.InRange(Difference(first, other), 0, 8));
    }

    [Fact]
    public void The_ink_that_is_given_is_taken()
    {
        Image<Rgba32> Disc() => DrawnPicture.Draw(0, 100, 100, White, Black, pen: 0.3);

        Assert.Equal(Read(Disc(), ink: Ink.Light), Read(Disc()));
        Assert.Contains("blank", Assert.Throws<DataFormatException>(() => Read(Disc(), ink: Ink.Dark)).Message, StringComparison.Ordinal);
        Image<Rgba32> dark = DrawnPicture.Draw(0, 100, 100, Black, White);
        Assert.Contains("blank", Assert.Throws<DataFormatException>(() => Read(dark, ink: Ink.Light)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Strokes_too_thin_for_the_box_are_full_ink_all_the_same(int kind) => AssertPrepared(Read(DrawnPicture.Draw(kind, 400, 400, Black, White, pen: 0.012)));

    [Fact]
    public void An_image_of_28x28_is_taken_as_it_is_and_its_ink_made_light()
    {
        byte[] digit = SyntheticDigits.Draw(1, 3, 1).Images.ToArray();
        byte[] inverted = [.. digit.Select(pixel => (byte)(255 - pixel))];

        Assert.Equal(digit, Read(Image.LoadPixelData<L8>(digit, 28, 28)));
        Assert.Equal(digit, Read(Image.LoadPixelData<L8>(inverted, 28, 28)));
        Assert.Equal(inverted, Read(Image.LoadPixelData<L8>(digit, 28, 28), ink: Ink.Dark));
    }

    [Fact]
    public void The_turn_that_a_camera_noted_is_made()
    {
        byte[] straight = Read(DrawnPicture.Draw(3, 120, 120, Black, White));
        Image<Rgba32> turned = DrawnPicture.Draw(3, 120, 120, Black, White);
        turned.Mutate(context => context.Rotate(RotateMode.Rotate270));
        turned.Metadata.ExifProfile = new ExifProfile();
        turned.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);

        Assert.InRange(Difference(straight, Read(turned, new JpegEncoder { Quality = 95 })), 0, 8);
    }

    [Fact]
    public void Files_that_are_no_pictures_blank_animated_or_too_large_are_refused_in_a_line()
    {
        Image<Rgba32> animated = new(30, 30);
        animated.Frames.AddFrame(new Image<Rgba32>(30, 30, White).Frames.RootFrame);
        byte[] still = Bytes(DrawnPicture.Draw(1, 40, 40, Black, White), new PngEncoder());

        Assert.Contains("no picture", MessageOf([]), StringComparison.Ordinal);
        Assert.Contains("no picture", MessageOf("<html></html>"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("is blank", MessageOf(Bytes(new Image<Rgba32>(40, 40, Grey), new PngEncoder())), StringComparison.Ordinal);
        Assert.Contains("animated", MessageOf(Bytes(animated, new GifEncoder())), StringComparison.Ordinal);
        Assert.Contains("animated", MessageOf([.. still[..33], 0, 0, 0, 8, .. "acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, .. still[33..]]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_pixels_is_judged_by_the_header_alone()
    {
        // A PNG header that claims 60,000 x 60,000 pixels, and none of them.
        byte[] still = Bytes(DrawnPicture.Draw(1, 40, 40, Black, White), new PngEncoder { ColorType = PngColorType.Grayscale });
        (still[18], still[19], still[22], still[23]) = (0xEA, 0x60, 0xEA, 0x60);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(still.AsSpan(29), Crc(still.AsSpan(12, 17)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("60,000 x 60,000", MessageOf(still), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 << 20);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void Truncated_and_damaged_pictures_are_read_or_refused_with_the_documented_exception(string kind)
    {
        IImageEncoder encoder = kind switch { "png" => new PngEncoder(), "jpg" => new JpegEncoder(), "gif" => new GifEncoder(), _ => new BmpEncoder() };
        byte[] whole = Bytes(DrawnPicture.Draw(2, 60, 50, Black, White), encoder);
        MessageOf(whole[..(whole.Length / 2)]);
        string path = _folder.File("damaged");
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                // Not the sizes, which could ask for millions of pixels.
                damaged[random.Next(26, damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged);
            Exception? problem = Record.Exception(() => Assert.Equal(28 * 28, ImageReader.Read(path).Length));
            Assert.True(problem is null or DataFormatException, problem?.ToString());
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string missing = _folder.File("missing.png");

        Assert.Contains(missing, Assert.Throws<DatasetException>(() => ImageReader.Read(missing)).Message, StringComparison.Ordinal);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
