using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;

namespace Quern.Mnist.Pictures;

/// <summary>The kinds of picture files that are read and written, and no more of them than that.</summary>
internal static class ImageFormats
{
    public static Configuration Configuration { get; } =
        new(new PngConfigurationModule(), new JpegConfigurationModule(), new BmpConfigurationModule(), new GifConfigurationModule());

    /// <summary>What keeps a picture from being read although its header is sound, as the rest of a sentence: it moves, or lacks its end.</summary>
    public static string? Problem(ReadOnlySpan<byte> file)
    {
        const string Animated = "is animated; only still pictures are read. Save one frame of it.";
        const string Truncated = "is truncated: it lacks its end. Save it anew, or take it away.";
        ReadOnlySpan<byte> png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (file.StartsWith(png))
        {
            for (long at = png.Length; at + 12 <= file.Length;)
            {
                ReadOnlySpan<byte> chunk = file[(int)at..];
                if (chunk.Slice(4, 4).SequenceEqual("acTL"u8))
                {
                    return Animated;
                }

                if (chunk.Slice(4, 4).SequenceEqual("IEND"u8))
                {
                    return null;
                }

                at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            }

            return Truncated;
        }

        if (file.StartsWith("GIF8"u8))
        {
            return CountFrames(file) switch { null => Truncated, > 1 => Animated, _ => null };
        }

        if (file.StartsWith("BM"u8) && file.Length >= 6)
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(file[2..]) > file.Length ? Truncated : null;
        }

        return file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) && file.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0 ? Truncated : null;
    }

    // Null where the file ends before its end.
    private static int? CountFrames(ReadOnlySpan<byte> file)
    {
        const int Header = 13;
        if (file.Length < Header)
        {
            return null;
        }

        int frames = 0;
        int at = Header + ColourTable(file[10]);
        while (at < file.Length)
        {
            switch (file[at])
            {
                case 0x3B:
                    return frames;
                case 0x2C when at + 10 < file.Length:
                    frames++;

                    // The descriptor, its colour table, the size of the codes.
                    at += 11 + ColourTable(file[at + 9]);
                    break;
                case 0x21:
                    at += 2;
                    break;
                default:
                    return null;
            }

            while (at < file.Length && file[at] != 0)
            {
                at += 1 + file[at];
            }

            at++;
        }

        return null;

        static int ColourTable(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;
    }
}
