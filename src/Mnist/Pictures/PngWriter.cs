using System.Buffers.Binary;
using System.IO.Compression;

namespace Quern.Mnist.Pictures;

/// <summary>Writes 8-bit PNG pictures, grey or RGB, as <see href="https://www.w3.org/TR/png-3/">the PNG specification</see> has them.</summary>
public static class PngWriter
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Writes a grey picture.</summary>
    /// <param name="stream">Where the file goes; it is left open.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Row by row from the top, one byte a pixel: 0 is black, 255 white.</param>
    /// <exception cref="ArgumentException">The sizes are not positive, or <paramref name="pixels"/> is not width × height long.</exception>
    public static void WriteGray(Stream stream, int width, int height, ReadOnlySpan<byte> pixels) =>
        Write(stream, width, height, pixels, channels: 1, colorType: 0);

    /// <summary>Writes a colour picture.</summary>
    /// <param name="stream">Where the file goes; it is left open.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Row by row from the top, three bytes a pixel: red, green, blue.</param>
    /// <exception cref="ArgumentException">The sizes are not positive, or <paramref name="pixels"/> is not 3 × width × height long.</exception>
    public static void WriteRgb(Stream stream, int width, int height, ReadOnlySpan<byte> pixels) =>
        Write(stream, width, height, pixels, channels: 3, colorType: 2);

    private static void Write(Stream stream, int width, int height, ReadOnlySpan<byte> pixels, int channels, byte colorType)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        long expected = (long)width * height * channels;
        if (pixels.Length != expected)
        {
            throw new ArgumentException(
                $"PngWriter: a {width} x {height} picture with {channels} bytes a pixel takes {expected} bytes, but {pixels.Length} were given.",
                nameof(pixels));
        }

        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = colorType;
        header[10..].Clear();
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Compress(pixels, width * channels, channels));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> pixels, int rowLength, int channels)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            // A filtered row starts with the number of its filter.
            byte[] best = new byte[rowLength + 1];
            byte[] candidate = new byte[rowLength + 1];
            ReadOnlySpan<byte> above = new byte[rowLength];
            for (int start = 0; start < pixels.Length; start += rowLength)
            {
                ReadOnlySpan<byte> row = pixels.Slice(start, rowLength);
                long bestCost = long.MaxValue;
                for (byte filter = 0; filter <= 2; filter++)
                {
                    long cost = Filter(filter, row, above, channels, candidate);
                    if (cost < bestCost)
                    {
                        bestCost = cost;
                        (best, candidate) = (candidate, best);
                    }
                }

                zlib.Write(best);
                above = row;
            }
        }

        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    // Filters 0 (none), 1 (less the pixel to the left) and 2 (less the pixel above). The cost is the sum of absolute
    // differences, which the specification recommends to choose by.
    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> result)
    {
        result[0] = filter;
        long cost = 0;
        for (int i = 0; i < row.Length; i++)
        {
            byte prediction = filter switch
            {
                1 => i < channels ? (byte)0 : row[i - channels],
                2 => above[i],
                _ => 0,
            };
            byte difference = (byte)(row[i] - prediction);
            result[i + 1] = difference;
            cost += Math.Abs((int)(sbyte)difference);
        }

        return cost;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        uint crc = UpdateCrc(UpdateCrc(uint.MaxValue, type), data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~crc);
        stream.Write(word);
    }

    private static uint UpdateCrc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(byte)crc ^ value] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
