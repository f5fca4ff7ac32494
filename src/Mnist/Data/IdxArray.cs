using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Quern.Mnist.Data;

/// <summary>What an IDX file holds: an array of bytes with one or more axes, row-major.</summary>
public sealed class IdxArray
{
    private readonly int[] _dimensions;

    internal IdxArray(int[] dimensions, byte[] bytes)
    {
        _dimensions = dimensions;
        Bytes = bytes;
    }

    /// <summary>The length of each axis, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>The elements, as many as the product of <see cref="Dimensions"/>.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether the file was a pipe, which gives its bytes once only.</summary>
    internal bool IsOfPipe { get; init; }

    /// <summary>The SHA-256 of the decompressed file, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        // Header and elements are the whole file: the reader refuses anything after them.
        Span<byte> header = stackalloc byte[4 + 4 * _dimensions.Length];
        header[..4].Clear();
        header[2] = IdxReader.UnsignedByteElements;
        header[3] = (byte)_dimensions.Length;
        for (int axis = 0; axis < _dimensions.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header[(4 + 4 * axis)..], _dimensions[axis]);
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
