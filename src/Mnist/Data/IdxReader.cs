namespace Quern.Mnist.Data;

/// <summary>
/// Reads IDX files, the format of MNIST: two zero bytes, the element type, the number of axes, the length of each axis as
/// a big-endian 32-bit number, then the elements. Gzip is recognised by the first bytes, not by the name.
/// </summary>
/// <remarks>
/// Safe on hostile files: no more memory is taken than the header claims, above 64 MiB only as elements arrive, and never
/// above the caller's limit. Pipes are read as well as files.
/// </remarks>
public static class IdxReader
{
    /// <summary>The most elements a file may hold unless the caller says otherwise: 1 GiB.</summary>
    public const int DefaultMaxBytes = 1 << 30;

    internal const byte UnsignedByteElements = 0x08;

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
            using IdxFile file = IdxFile.Open(path, maxBytes);
            return file.ReadElements();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">A stream, gzip-compressed or not. It is left open.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="maxBytes">The most elements to accept.</param>
    /// <exception cref="DataFormatException">The stream does not hold an IDX file of unsigned bytes, is cut short, or goes on after its end.</exception>
    public static IdxArray Read(Stream stream, string name, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        using IdxFile file = new(stream, name, maxBytes, leaveOpen: true);
        return file.ReadElements();
    }

    internal static DatasetException Unreadable(string path, Exception cause) =>
        new($"Cannot read '{path}': {cause.Message} Check that the file exists and may be read.", cause);
}
