using System.Buffers.Binary;
using System.IO.Compression;

namespace Quern.Mnist.Data;

/// <summary>
/// Decompresses gzip as <see href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</see> has it: any number of members, zeros behind the
/// last one; and says what is wrong with a file that is not so.
/// </summary>
/// <remarks>
/// <see cref="GZipStream"/> is faster, and reads the usual file. But it takes a file for whole that lacks its end or goes on behind it, and
/// calls a wrong checksum an unsupported method.
/// </remarks>
internal sealed class GzipReader : ForwardStream
{
    public const byte Magic0 = 0x1F;
    public const byte Magic1 = 0x8B;

    private const string Truncated = "it is truncated.";

    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly Feed _source;
    private DeflateStream? _member;
    private uint _crc;
    private uint _size;

    /// <param name="source">A stream that stands behind the two bytes that begin a gzip file. It is left open.</param>
    /// <exception cref="InvalidDataException">What follows is no header of a member.</exception>
    public GzipReader(Stream source)
    {
        _source = new Feed(source);
        BeginMember();
    }

    /// <exception cref="InvalidDataException">The file is damaged or truncated, or goes on after its end; the message says which, as the rest of a sentence.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_member is not null && buffer.Length > 0)
        {
            int got;
            try
            {
                got = _member.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException("its compressed data are damaged.", e);
            }

            if (got > 0)
            {
                _crc = UpdateCrc(_crc, buffer[..got]);
                _size += (uint)got;
                return got;
            }

            if (_source.HasEnded)
            {
                throw new InvalidDataException(Truncated);
            }

            EndMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Reads the header of a member, from behind its first two bytes.
    private void BeginMember()
    {
        const int HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;
        if (Next() is var method and not 8)
        {
            throw new InvalidDataException($"its compression method is {method}; only 8, deflate, is known.");
        }

        byte flags = Next();
        if ((flags & Reserved) != 0)
        {
            throw new InvalidDataException($"the flags of its header are 0x{flags:X2}, which no version of the format has.");
        }

        // The time, the level, the system.
        Skip(6);
        if ((flags & HasExtra) != 0)
        {
            Skip(Next() | (Next() << 8));
        }

        for (int texts = ((flags & HasName) != 0 ? 1 : 0) + ((flags & HasComment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            while (Next() != 0)
            {
            }
        }

        if ((flags & HasHeaderCrc) != 0)
        {
            Skip(2);
        }

        _member = new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
        _crc = 0;
        _size = 0;
    }

    private void EndMember()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[8];
        foreach (ref byte value in trailer)
        {
            value = Next();
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != _size)
        {
            throw new InvalidDataException("its checksum is not that of its contents.");
        }

        int next = _source.ReadByte();
        if (next == Magic0 && _source.ReadByte() == Magic1)
        {
            BeginMember();
            return;
        }

        while (next == 0)
        {
            next = _source.ReadByte();
        }

        if (next >= 0)
        {
            throw new InvalidDataException("something that is not gzip follows after its end.");
        }
    }

    private byte Next() => _source.ReadByte() is var value and >= 0 ? (byte)value : throw new InvalidDataException(Truncated);

    private void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Next();
        }
    }

    private static uint UpdateCrc(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ CrcTable[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            table[i] = crc;
        }

        return table;
    }

    /// <summary>
    /// Gives a byte at a time, because <see cref="DeflateStream"/> does not say how much of what it was given lay behind its end.
    /// </summary>
    private sealed class Feed(Stream source) : ForwardStream
    {
        private readonly byte[] _buffer = new byte[8192];
        private int _next;
        private int _end;

        /// <summary>Whether more was asked for than there is.</summary>
        public bool HasEnded { get; private set; }

        public override int ReadByte()
        {
            if (_next == _end)
            {
                _next = 0;
                _end = source.Read(_buffer);
                if (_end == 0)
                {
                    HasEnded = true;
                    return -1;
                }
            }

            return _buffer[_next++];
        }

        public override int Read(Span<byte> buffer)
        {
            int value = ReadByte();
            if (value < 0)
            {
                return 0;
            }

            buffer[0] = (byte)value;
            return 1;
        }
    }
}
