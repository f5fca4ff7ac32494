using System.Buffers.Binary;
using System.IO.Compression;

namespace Quern.Mnist.Data;

/// <summary>An IDX file whose header has been read, so that its dimensions can be judged before memory is taken for its elements.</summary>
internal sealed class IdxFile : IDisposable
{
    // As much memory as is taken on the mere word of a header: for a compressed file, and for a pipe, whose length nobody knows.
    private const int MostUnseen = 64 << 20;
    private const int MostUnseenOfPipe = 64 << 10;

    // The most bytes that deflate makes of one.
    private const long MostInflated = 1032;

    private const string FetchAgain = "Fetch the file again.";

    private readonly Stream _source;
    private readonly string _name;
    private readonly int _maxBytes;
    private readonly bool _leaveOpen;
    private readonly long _start;
    private Stream _content;
    private int[] _dimensions = [];

    /// <summary>Reads the header.</summary>
    /// <param name="source">The file, gzip-compressed or not.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="maxBytes">The most elements to accept.</param>
    /// <param name="leaveOpen">Whether the stream outlives this.</param>
    /// <exception cref="DataFormatException">It is no header of unsigned bytes, or claims more than is accepted.</exception>
    public IdxFile(Stream source, string name, int maxBytes, bool leaveOpen)
    {
        (_source, _name, _maxBytes, _leaveOpen) = (source, name, maxBytes, leaveOpen);
        _content = source;
        _start = source.CanSeek ? source.Position : 0;
        try
        {
            Span<byte> first = stackalloc byte[2];
            int got = source.ReadAtLeast(first, 2, throwOnEndOfStream: false);
            if (got == 0)
            {
                throw Wrong($"is empty; an IDX file was expected. {FetchAgain}");
            }

            if (got < 2 || first[0] != GzipReader.Magic0 || first[1] != GzipReader.Magic1)
            {
                ReadHeader(first[..got]);
            }
            else if (!source.CanSeek)
            {
                ReadExactly(ReadWholeHeader);
            }
            else
            {
                source.Position = _start;
                _content = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
                try
                {
                    ReadWholeHeader();
                }
                catch (Exception e) when (e is InvalidDataException or DataFormatException)
                {
                    // Whatever is wrong, the exact reader finds the same and has the words for it.
                    ReadExactly(ReadWholeHeader);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The length of each axis, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    private long HeaderLength => 4 + (4L * _dimensions.Length);

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="DataFormatException">It is no IDX file of unsigned bytes, or claims more than is accepted.</exception>
    public static IdxFile Open(string path, int maxBytes) => new(File.OpenRead(path), path, maxBytes, leaveOpen: false);

    public void Dispose()
    {
        if (_content != _source)
        {
            _content.Dispose();
        }

        if (!_leaveOpen)
        {
            _source.Dispose();
        }
    }

    /// <summary>Reads the elements, and makes sure that nothing follows. To be called once.</summary>
    /// <exception cref="DataFormatException">The file is cut short, is damaged, or goes on after its end.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IdxArray ReadElements()
    {
        if (_content is not GZipStream)
        {
            return _content is GzipReader ? ReadExactly(ReadBytes) : ReadBytes();
        }

        try
        {
            IdxArray array = ReadBytes();

            // An ordinary file ends with the size of its contents. If not, it has several members, or zeros at its end, or is broken.
            if (LastNumber() == HeaderLength + array.Bytes.Length)
            {
                return array;
            }
        }
        catch (Exception e) when (e is InvalidDataException or DataFormatException)
        {
        }

        return ReadExactly(() =>
        {
            ReadWholeHeader();
            return ReadBytes();
        });
    }

    private void ReadWholeHeader() => ReadHeader([]);

    private void ReadExactly(Action read) => ReadExactly(() =>
    {
        read();
        return 0;
    });

    // Reads by the reader that knows what is wrong with a gzip file, from the start unless that has begun.
    private T ReadExactly<T>(Func<T> read)
    {
        try
        {
            if (_content is not GzipReader)
            {
                if (_source.CanSeek)
                {
                    _source.Position = _start + 2;
                }

                if (_content != _source)
                {
                    _content.Dispose();
                }

                _content = new GzipReader(_source);
            }

            return read();
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException($"'{_name}' is a damaged gzip file: {e.Message} {FetchAgain}", e);
        }
    }

    private long LastNumber()
    {
        Span<byte> end = stackalloc byte[4];
        _source.Seek(-4, SeekOrigin.End);
        _source.ReadExactly(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    private IdxArray ReadBytes()
    {
        int size = ElementCount();
        long held = !_source.CanSeek ? long.MaxValue : Math.Max(0, ((_source.Length - _start) * (_content == _source ? 1 : MostInflated)) - HeaderLength);
        int unseen = !_source.CanSeek ? MostUnseenOfPipe : _content == _source ? int.MaxValue : MostUnseen;
        byte[] bytes = size <= held ? GC.AllocateUninitializedArray<byte>(Math.Min(size, unseen)) : [];
        int filled = 0;
        while (filled < size && size <= held)
        {
            if (filled == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(size, 2L * bytes.Length));
            }

            int got = _content.Read(bytes, filled, bytes.Length - filled);
            if (got == 0)
            {
                break;
            }

            filled += got;
        }

        if (filled < size)
        {
            throw Wrong(
                $"is truncated: it ends after {(size <= held ? filled : held):N0} elements, but its header promises {size:N0} " +
                $"({string.Join('x', _dimensions)}). {FetchAgain}");
        }

        if (_content.ReadByte() >= 0)
        {
            throw Wrong($"goes on after the {size:N0} elements ({string.Join('x', _dimensions)}) that its header promises. {FetchAgain}");
        }

        return new IdxArray(_dimensions, bytes) { IsOfPipe = !_source.CanSeek };
    }

    // The first bytes were read already.
    private void ReadHeader(ReadOnlySpan<byte> first)
    {
        Span<byte> magic = stackalloc byte[4];
        first.CopyTo(magic);
        int got = first.Length + _content.ReadAtLeast(magic[first.Length..], 4 - first.Length, throwOnEndOfStream: false);
        if (got < 4)
        {
            throw Wrong($"is truncated: it holds {got} bytes, less than the 4 that begin an IDX file. {FetchAgain}");
        }

        if (magic[0] != 0 || magic[1] != 0)
        {
            throw Wrong(
                $"is not an IDX file: it begins with the bytes {Convert.ToHexString(magic)}; an IDX file of bytes begins with 000008. " +
                "Give the files of the dataset as they were published.");
        }

        if (magic[2] != IdxReader.UnsignedByteElements)
        {
            throw Wrong($"has elements of IDX type 0x{magic[2]:X2}; only unsigned bytes (0x08) are read. Convert it to unsigned bytes.");
        }

        if (magic[3] == 0)
        {
            throw Wrong($"has no axis in its header; an IDX file has at least one. {FetchAgain}");
        }

        int[] dimensions = new int[magic[3]];
        Span<byte> length = stackalloc byte[4];
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            if (_content.ReadAtLeast(length, 4, throwOnEndOfStream: false) < 4)
            {
                throw Wrong($"is truncated: it ends within its header of {dimensions.Length} axes. {FetchAgain}");
            }

            uint value = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (value > int.MaxValue)
            {
                throw Wrong($"claims a length of {value:N0} for axis {axis}; at most {int.MaxValue:N0} is possible. {FetchAgain}");
            }

            dimensions[axis] = (int)value;
        }

        _dimensions = dimensions;
        ElementCount();
    }

    private int ElementCount()
    {
        if (_dimensions.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (int dimension in _dimensions)
        {
            count *= dimension;
            if (count > _maxBytes)
            {
                throw Wrong(
                    $"claims {string.Join('x', _dimensions)} elements, more than the {_maxBytes:N0} that are accepted here. " +
                    "Fetch the file again, or give a smaller set.");
            }
        }

        return (int)count;
    }

    private DataFormatException Wrong(string finding) => new($"'{_name}' {finding}");
}
