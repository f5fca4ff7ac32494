using System.Security.Cryptography;

namespace Quern.Mnist.Data;

/// <summary>One of the four files of a <see cref="KnownDataset"/>.</summary>
/// <param name="Name">The published name without .gz.</param>
/// <param name="Bytes">The size of the decompressed file.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal.</param>
/// <param name="IsSha256OfGzip">Whether the checksum is of the compressed file as published; else of the decompressed one.</param>
public sealed record KnownFile(string Name, int Bytes, string Sha256, bool IsSha256OfGzip = false)
{
    /// <summary>Whether a file that was read is this one. Of a pipe a checksum of the compressed file cannot be had, so it is not.</summary>
    /// <param name="path">The file, gzip-compressed or not.</param>
    /// <param name="array">What <see cref="IdxReader"/> read from it.</param>
    internal bool Matches(string path, IdxArray array)
    {
        if (!IsSha256OfGzip)
        {
            return array.Sha256() == Sha256;
        }

        if (array.IsOfPipe)
        {
            return false;
        }

        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == Sha256;
    }

    /// <summary>Reads a file that must be this one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What error messages call it.</param>
    /// <exception cref="DataFormatException">It is not.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal IdxArray ReadVerified(string path, string source)
    {
        IdxArray array;
        using (FileStream stream = File.OpenRead(path))
        {
            array = IdxReader.Read(stream, source, Bytes);
        }

        return Matches(path, array)
            ? array
            : throw new DataFormatException($"'{source}' is an IDX file, but not the published {Name}: its SHA-256 is not {Sha256}. Fetch the file again.");
    }
}
