using System.Buffers.Binary;
using System.IO.Compression;

namespace Quern.Mnist.Data;

/// <summary>
/// Reads IDX files, the format of MNIST: two zero bytes, the element type, the number of axes, the length of each axis as
/// a big-endian 32-bit number, then the elements. Gzip is recognised by the first bytes, not by the name.
/// </summary>
/// <remarks>
/// Safe on hostile files: memory is taken only for elements that the file is long enough to hold, and never above the
/// caller's limit.
/// </remarks>
public static class IdxReader
{
    /// <summary>The most elements a file may hold unless the caller says otherwise: 1 GiB.</summary>
    public const int DefaultMaxBytes = 1 << 30;

    internal const byte UnsignedByteElements = 0x08;

    // The most bytes that deflate makes of one.
    private const long MostInflated = 1032;

    private const string FetchAgain = "Fetch the file again.";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, gzip-compressed or not.</param>
    /// <param name="maxBytes">The most elements to accept.</param>
    /// <exception cref="DataFormatException">The file is not an IDX file of unsigned bytes, is cut short, or goes on after its end.</exception>
    /// <exception cref="DatasetException">The file cannot be opened or read.</exception>
    public static IdxArray Read(string path, int maxBytes = DefaultMaxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream, path, maxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Cannot read '{path}': {e.Message} Check that the file exists and may be read.", e);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">A seekable stream, gzip-compressed or not.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="maxBytes">The most elements to accept.</param>
    /// <exception cref="DataFormatException">The stream does not hold an IDX file of unsigned bytes, is cut short, or goes on after its end.</exception>
    public static IdxArray Read(Stream stream, string name, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        long start = stream.Position;
        Span<byte> first = stackalloc byte[2];
        int got = stream.ReadAtLeast(first, 2, throwOnEndOfStream: false);
        if (got == 0)
        {
            throw new DataFormatException($"'{name}' is empty; an IDX file was expected. {FetchAgain}");
        }

        stream.Position = start;
        if (got < 2 || first[0] != 0x1F || first[1] != 0x8B)
        {
            return ReadPlain(stream, name, maxBytes, stream.Length - start);
        }

        IdxArray array;
        try
        {
            using GZipStream unzipped = new(stream, CompressionMode.Decompress, leaveOpen: true);
            array = ReadPlain(unzipped, name, maxBytes, Math.Min(GzipSize(stream), MostInflated * (stream.Length - start)));
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException($"'{name}' is a damaged or truncated gzip file: {e.Message} {FetchAgain}", e);
        }

        // GZipStream is content if the size at the end is missing, or if something follows.
        if (GzipSize(stream) != HeaderLength(array.Dimensions) + array.Bytes.Length)
        {
            throw new DataFormatException(
                $"'{name}' is a truncated gzip file, or one with something after its end: its last four bytes are not the size of its contents. {FetchAgain}");
        }

        return array;
    }

    // A gzip file ends with the size of its contents. The stream stays where it is.
    private static long GzipSize(Stream stream)
    {
        if (stream.Length < 4)
        {
            return 0;
        }

        long position = stream.Position;
        Span<byte> end = stackalloc byte[4];
        stream.Seek(-4, SeekOrigin.End);
        stream.ReadExactly(end);
        stream.Position = position;
        return BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    private static long HeaderLength(ReadOnlySpan<int> dimensions) => 4 + (4L * dimensions.Length);

    // The stream's contents cannot be longer than most.
    private static IdxArray ReadPlain(Stream stream, string name, int maxBytes, long most)
    {
        int[] dimensions = ReadHeader(stream, name);
        int size = ElementCount(dimensions, name, maxBytes);
        long held = Math.Max(0, most - HeaderLength(dimensions));
        byte[] bytes = size <= held ? GC.AllocateUninitializedArray<byte>(size) : [];
        int filled = size <= held ? stream.ReadAtLeast(bytes, size, throwOnEndOfStream: false) : (int)held;
        if (filled < size)
        {
            throw new DataFormatException(
                $"'{name}' is truncated: it ends after {filled:N0} elements, but its header promises {size:N0} " +
                $"({string.Join('x', dimensions)}). {FetchAgain}");
        }

        if (stream.ReadByte() >= 0)
        {
            throw new DataFormatException(
                $"'{name}' goes on after the {size:N0} elements ({string.Join('x', dimensions)}) that its header promises. {FetchAgain}");
        }

        return new IdxArray(dimensions, bytes);
    }

    private static int[] ReadHeader(Stream stream, string name)
    {
        Span<byte> magic = stackalloc byte[4];
        int got = stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        if (got < 4)
        {
            throw new DataFormatException($"'{name}' is truncated: it holds {got} bytes, less than the 4 that begin an IDX file. {FetchAgain}");
        }

        if (magic[0] != 0 || magic[1] != 0)
        {
            throw new DataFormatException(
                $"'{name}' is not an IDX file: it begins with the bytes {Convert.ToHexString(magic)}; an IDX file of bytes begins with 000008. " +
                "Give the files of the dataset as they were published.");
        }

        if (magic[2] != UnsignedByteElements)
        {
            throw new DataFormatException(
                $"'{name}' has elements of IDX type 0x{magic[2]:X2}; only unsigned bytes (0x08) are read. Convert it to unsigned bytes.");
        }

        if (magic[3] == 0)
        {
            throw new DataFormatException($"'{name}' has no axis in its header; an IDX file has at least one. {FetchAgain}");
        }

        int[] dimensions = new int[magic[3]];
        Span<byte> length = stackalloc byte[4];
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            if (stream.ReadAtLeast(length, 4, throwOnEndOfStream: false) < 4)
            {
                throw new DataFormatException($"'{name}' is truncated: it ends within its header of {dimensions.Length} axes. {FetchAgain}");
            }

            uint value = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (value > int.MaxValue)
            {
                throw new DataFormatException(
                    $"'{name}' claims a length of {value:N0} for axis {axis}; at most {int.MaxValue:N0} is possible. {FetchAgain}");
            }

            dimensions[axis] = (int)value;
        }

        return dimensions;
    }

    private static int ElementCount(int[] dimensions, string name, int maxBytes)
    {
        if (dimensions.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (int dimension in dimensions)
        {
            count *= dimension;
            if (count > maxBytes)
            {
                throw new DataFormatException(
                    $"'{name}' claims {string.Join('x', dimensions)} elements, more than the {maxBytes:N0} that are accepted here. " +
                    "Fetch the file again, or give a smaller set.");
            }
        }

        return (int)count;
    }
}
