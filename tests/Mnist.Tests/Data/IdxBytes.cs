using System.Buffers.Binary;
using System.IO.Compression;

namespace Quern.Mnist.Tests.Data;

/// <summary>Writes IDX files for tests.</summary>
internal static class IdxBytes
{
    public static byte[] Plain(ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> elements)
    {
        byte[] file = new byte[4 + 4 * dimensions.Length + elements.Length];
        file[2] = 0x08;
        file[3] = (byte)dimensions.Length;
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * axis), dimensions[axis]);
        }

        elements.CopyTo(file.AsSpan(4 + 4 * dimensions.Length));
        return file;
    }

    public static byte[] Zip(ReadOnlySpan<byte> content)
    {
        using MemoryStream file = new();
        using (GZipStream zip = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(content);
        }

        return file.ToArray();
    }
}
