using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Quern.Mnist.Tests.Pictures;

/// <summary>Reads 8-bit grey and RGB PNG files, every filter, and checks the CRC of each chunk bit by bit.</summary>
internal sealed record PngDecoder(int Width, int Height, int Channels, byte[] Pixels, string[] Chunks)
{
    public static PngDecoder Decode(byte[] file)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        var chunks = new List<string>();
        var data = new MemoryStream();
        byte[] header = [];
        int at = 8;
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = Encoding.ASCII.GetString(file, at + 4, 4);
            byte[] body = file[(at + 8)..(at + 8 + length)];
            uint crc = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length));
            Assert.Equal(Crc(file[(at + 4)..(at + 8 + length)]), crc);
            chunks.Add(type);
            if (type == "IHDR")
            {
                header = body;
            }
            else if (type == "IDAT")
            {
                data.Write(body);
            }

            at += 12 + length;
        }

        Assert.Equal(13, header.Length);
        int width = BinaryPrimitives.ReadInt32BigEndian(header);
        int height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        Assert.Equal(8, header[8]);
        int channels = header[9] switch { 0 => 1, 2 => 3, var other => throw new InvalidDataException($"colour type {other}") };
        Assert.Equal([0, 0, 0], header[10..]);

        data.Position = 0;
        var raw = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Decompress))
        {
            zlib.CopyTo(raw);
        }

        return new PngDecoder(width, height, channels, Unfilter(raw.ToArray(), width * channels, height, channels), [.. chunks]);
    }

    private static byte[] Unfilter(byte[] raw, int rowLength, int height, int channels)
    {
        Assert.Equal((rowLength + 1) * height, raw.Length);
        byte[] pixels = new byte[rowLength * height];
        for (int y = 0; y < height; y++)
        {
            int filter = raw[y * (rowLength + 1)];
            for (int x = 0; x < rowLength; x++)
            {
                int left = x >= channels ? pixels[(y * rowLength) + x - channels] : 0;
                int up = y > 0 ? pixels[((y - 1) * rowLength) + x] : 0;
                int corner = x >= channels && y > 0 ? pixels[((y - 1) * rowLength) + x - channels] : 0;
                int prediction = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => throw new InvalidDataException($"filter {filter}"),
                };
                pixels[(y * rowLength) + x] = (byte)(raw[(y * (rowLength + 1)) + 1 + x] + prediction);
            }
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toCorner = Math.Abs(estimate - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    // Polynomial division one bit at a time: slow, and unlike the table of the writer.
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint mix = (crc ^ ((uint)value >> bit)) & 1;
                crc = (crc >> 1) ^ (mix * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
