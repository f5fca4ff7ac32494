using Quern.Mnist.Pictures;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace Quern.Mnist.Data;

/// <summary>
/// Reads a picture (PNG, JPEG, BMP, GIF) as an image of 28x28 pixels, prepared as MNIST was: grey, 0 for background to 255 for full
/// ink, fitted into a box of 20x20 with its proportions kept, its centre of mass in the middle.
/// </summary>
/// <remarks>
/// The background is the median of the border; ink is what lies on its other side, and counts from a quarter of the greatest contrast on
/// for the box. A picture of 28x28 pixels counts as prepared: it is only made grey, and turned so that the ink is light.
/// </remarks>
public static class ImageReader
{
    /// <summary>The most pixels a picture may have, width times height; it is looked at before any is decoded.</summary>
    public const int MaxPixels = 1 << 25;

    internal static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp", ".gif"];

    // Pictures of drawings are small; a file beyond this is something else.
    private const int MaxFileBytes = 1 << 28;

    private const int Size = SyntheticDigits.Size;
    private const int Box = 20;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file; its kind is told by its first bytes.</param>
    /// <param name="ink">Whether the ink is dark or light.</param>
    /// <returns>[28 * 28], 0 for background to 255 for full ink.</returns>
    /// <exception cref="DataFormatException">The file is no picture, is damaged, blank or animated, or has more than <see cref="MaxPixels"/>.</exception>
    /// <exception cref="DatasetException">The file cannot be opened or read.</exception>
    public static byte[] Read(string path, Ink ink = Ink.Auto)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] file;
        try
        {
            file = ReadFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw IdxReader.Unreadable(path, e);
        }

        try
        {
            return Decode(file, path, ink);
        }
        catch (Exception e) when (e is not (DataFormatException or OutOfMemoryException))
        {
            // A decoder of damaged files may fail in any way.
            throw new DataFormatException($"'{path}' is a damaged picture: {e.Message} Save it anew, or take it away.", e);
        }
    }

    private static byte[] ReadFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using MemoryStream file = new();
        byte[] buffer = new byte[64 * 1024];
        for (int got; (got = stream.Read(buffer)) > 0; file.Write(buffer, 0, got))
        {
            if (file.Length > MaxFileBytes)
            {
                throw new DataFormatException($"'{path}' has more than {MaxFileBytes:N0} bytes. Save the picture smaller.");
            }
        }

        return file.ToArray();
    }

    private static byte[] Decode(byte[] file, string path, Ink ink)
    {
        IImageInfo info = Image.Identify(ImageFormats.Configuration, file, out IImageFormat? format)
            ?? throw new DataFormatException($"'{path}' is no picture of a kind that is read: PNG, JPEG, BMP or GIF. Save it as one of them, or take it away.");
        if ((long)info.Width * info.Height > MaxPixels)
        {
            throw new DataFormatException($"'{path}' has {info.Width:N0} x {info.Height:N0} pixels; at most {MaxPixels:N0} are read. Save it smaller.");
        }

        if (ImageFormats.Problem(file) is { } problem)
        {
            throw new DataFormatException($"'{path}' {problem}");
        }

        using Image<La16> picture = Image.Load<La16>(ImageFormats.Configuration, file);
        picture.Mutate(context => context.AutoOrient());
        using Image<L8> grey = Flatten(picture, ink);
        return Prepare(grey, path, ink);
    }

    // Puts what is transparent on paper of the other tone than the ink.
    private static Image<L8> Flatten(Image<La16> picture, Ink ink)
    {
        long mass = 0, light = 0;
        picture.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                foreach (La16 pixel in rows.GetRowSpan(y))
                {
                    mass += pixel.A;
                    light += pixel.A * pixel.L;
                }
            }
        });
        int paper = ink == Ink.Dark || (ink == Ink.Auto && 2 * light < 255 * mass) ? 255 : 0;
        Image<L8> grey = new(ImageFormats.Configuration, picture.Width, picture.Height);
        picture.ProcessPixelRows(grey, (from, to) =>
        {
            for (int y = 0; y < from.Height; y++)
            {
                Span<La16> source = from.GetRowSpan(y);
                Span<L8> target = to.GetRowSpan(y);
                for (int x = 0; x < source.Length; x++)
                {
                    target[x] = new L8((byte)(((source[x].L * source[x].A) + (paper * (255 - source[x].A)) + 127) / 255));
                }
            }
        });
        return grey;
    }

    private static byte[] Prepare(Image<L8> grey, string path, Ink ink)
    {
        byte[] pixels = new byte[grey.Width * grey.Height];
        grey.CopyPixelDataTo(pixels);
        int background = BorderMedian(pixels, grey.Width, grey.Height);
        int darkest = pixels.Min(), lightest = pixels.Max();
        bool isDark = ink == Ink.Dark || (ink == Ink.Auto && background - darkest > lightest - background);
        if (grey.Width == Size && grey.Height == Size)
        {
            return isDark ? [.. pixels.Select(pixel => (byte)(255 - pixel))] : pixels;
        }

        int contrast = isDark ? background - darkest : lightest - background;
        if (contrast < 8)
        {
            throw new DataFormatException($"'{path}' is blank: nothing on it is {(isDark ? "darker" : "lighter")} than its border. Take it away, or say whether its ink is dark or light.");
        }

        for (int i = 0; i < pixels.Length; i++)
        {
            int above = isDark ? background - pixels[i] : pixels[i] - background;
            pixels[i] = (byte)(Math.Max(0, above) * 255 / contrast);
        }

        Rectangle drawn = BoundsOfInk(pixels, grey.Width);
        double scale = (double)Box / Math.Max(drawn.Width, drawn.Height);
        int width = Math.Max(1, (int)Math.Round(scale * drawn.Width)), height = Math.Max(1, (int)Math.Round(scale * drawn.Height));
        using Image<L8> inked = Image.LoadPixelData<L8>(ImageFormats.Configuration, pixels, grey.Width, grey.Height);
        inked.Mutate(context => context.Crop(drawn).Resize(width, height, new TriangleResampler(), compand: false));
        byte[] small = new byte[width * height];
        inked.CopyPixelDataTo(small);
        return Centre(small, width, height);
    }

    private static int BorderMedian(byte[] pixels, int width, int height)
    {
        List<byte> border = [];
        for (int x = 0; x < width; x++)
        {
            border.Add(pixels[x]);
            border.Add(pixels[((height - 1) * width) + x]);
        }

        for (int y = 0; y < height; y++)
        {
            border.Add(pixels[y * width]);
            border.Add(pixels[(y * width) + width - 1]);
        }

        border.Sort();
        return border[border.Count / 2];
    }

    private static Rectangle BoundsOfInk(byte[] pixels, int width)
    {
        const int LeastInk = 64;
        int left = int.MaxValue, right = 0, top = int.MaxValue, bottom = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] >= LeastInk)
            {
                (int y, int x) = Math.DivRem(i, width);
                (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), y);
            }
        }

        return Rectangle.FromLTRB(left, top, right + 1, bottom + 1);
    }

    private static byte[] Centre(byte[] small, int width, int height)
    {
        // Thin strokes grow faint as they shrink: the strongest ink is full ink again.
        int most = Math.Max((byte)1, small.Max());
        double mass = 0, massX = 0, massY = 0;
        for (int i = 0; i < small.Length; i++)
        {
            small[i] = (byte)(small[i] * 255 / most);
            mass += small[i];
            massX += small[i] * ((i % width) + 0.5);
            massY += small[i] * ((i / width) + 0.5);
        }

        int left = Math.Clamp((int)Math.Round((Size / 2) - (massX / mass)), 0, Size - width);
        int top = Math.Clamp((int)Math.Round((Size / 2) - (massY / mass)), 0, Size - height);
        byte[] image = new byte[Size * Size];
        for (int y = 0; y < height; y++)
        {
            small.AsSpan(y * width, width).CopyTo(image.AsSpan(((top + y) * Size) + left));
        }

        return image;
    }
}
