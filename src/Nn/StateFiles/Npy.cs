using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// NumPy's format for one array: a magic word, a header that is a Python dictionary, the numbers.
/// Source: numpy.lib.format, versions 1.0 to 3.0.
/// </summary>
/// <remarks>
/// Writes float32 in C order, low byte first. Reads f4, f8, f2, i8, i4, i2, i1, u8, u4, u2, u1 and b1 as float32, either byte first, in C and
/// in Fortran order. A file is not trusted: whatever its bytes, it is read or refused, in memory proportional to its length.
/// </remarks>
public static class Npy
{
    private const int HeaderAlignment = 64;

    // Far beyond any header of an array of plain numbers.
    private const int MaxHeaderBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The array, on the processor.</returns>
    /// <exception cref="StateFileException">The file is damaged, or holds what cannot be read; the message says what.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Tensor Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end.</summary>
    /// <param name="stream">A stream. One that cannot seek, such as a pipe, is read into memory first: at most 2 GB.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The array, on the processor.</returns>
    /// <exception cref="StateFileException">The content is damaged, or cannot be read; the message says what.</exception>
    public static Tensor Read(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return ReadContent(SeekableStream.Of(stream));
        }
        catch (Exception exception) when (exception is InvalidDataException or ShapeException or EndOfStreamException)
        {
            throw new StateFileException($"Npy: '{name}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a file, whole or not at all: a failure leaves what was there before.</summary>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="tensor">The tensor, on any device.</param>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        AtomicFile.Write(path, stream => Write(stream, tensor));
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensor">The tensor, on any device.</param>
    public static void Write(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensor);

        // A Python tuple of one has a comma behind it.
        string shape = string.Concat(tensor.Shape.Select(length => $"{length}, "));
        shape = tensor.Rank > 1 ? shape[..^2] : shape.TrimEnd();
        string header = $"{{'descr': '<{StoredNumber.Float32.NpyName}', 'fortran_order': False, 'shape': ({shape}), }}";
        int before = Magic.Length + 4;
        int padding = -(before + header.Length + 1) & (HeaderAlignment - 1);
        byte[] text = Encoding.ASCII.GetBytes(header + new string(' ', padding) + "\n");
        stream.Write(Magic);
        stream.Write([1, 0, (byte)text.Length, (byte)(text.Length >> 8)]);
        stream.Write(text);
        StoredNumber.WriteFloat32(stream, tensor);
    }

    private static Tensor ReadContent(Stream stream)
    {
        long available = stream.Length - stream.Position;
        Span<byte> start = stackalloc byte[12];
        start = start[..(int)Math.Min(available, start.Length)];
        stream.ReadExactly(start);
        if (start.Length < 10 || !start.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin as a .npy file does. Is it one, and complete?");
        }

        int version = start[Magic.Length];
        if (version is < 1 or > 3)
        {
            throw new InvalidDataException($"its format has version {version}; 1 to 3 can be read. Save it again with numpy.save.");
        }

        // From version 2 on, the header's length has four bytes rather than two.
        int before = version == 1 ? 10 : 12;
        if (start.Length < before)
        {
            throw new InvalidDataException("it ends within its header. Is it complete?");
        }

        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > Math.Min(available - before, MaxHeaderBytes))
        {
            throw new InvalidDataException(
                $"its header is {length} bytes long by its own account; {available - before} bytes follow, and {MaxHeaderBytes} are the most. Is it complete?");
        }

        stream.Position += before - start.Length;
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        available -= before + length;
        Header array = new HeaderParser(Encoding.Latin1.GetString(header)).Parse();
        (StoredNumber number, Shape shape) = (array.Number, array.Shape);
        if (shape.ElementCount > long.MaxValue / number.Size || shape.ElementCount * number.Size != available)
        {
            throw new InvalidDataException(
                $"its shape {shape} of {number.NpyName} makes {(Int128)shape.ElementCount * number.Size} bytes of numbers, and {available} are there. Is it complete?");
        }

        Tensor numbers = number.Read(stream, shape, array.HighByteFirst);
        return array.FortranOrder && shape.Rank > 1 ? ToRowMajor(numbers) : numbers;
    }

    // From Fortran order, in which the first index varies fastest.
    private static Tensor ToRowMajor(Tensor columnMajor)
    {
        Shape shape = columnMajor.Shape;
        Tensor rowMajor = Tensor.Zeros(shape);
        ReadOnlySpan<float> source = columnMajor.AsSpan();
        Span<float> destination = rowMajor.AsSpan();
        Span<int> index = stackalloc int[shape.Rank];
        foreach (float number in source)
        {
            int place = 0;
            for (int axis = 0; axis < index.Length; axis++)
            {
                place = (place * shape[axis]) + index[axis];
            }

            destination[place] = number;
            for (int axis = 0; axis < index.Length && ++index[axis] == shape[axis]; axis++)
            {
                index[axis] = 0;
            }
        }

        return rowMajor;
    }

    private readonly record struct Header(StoredNumber Number, bool HighByteFirst, bool FortranOrder, Shape Shape);

    // The header is the literal of a Python dictionary with three keys.
    private sealed class HeaderParser(string text)
    {
        private int _position;

        public Header Parse()
        {
            (StoredNumber Number, bool HighByteFirst)? number = null;
            bool? fortranOrder = null;
            Shape? shape = null;
            Take("{");
            while (!TryTake("}"))
            {
                string key = Quoted();
                Take(":");
                switch (key)
                {
                    case "descr" when number is null:
                        number = Find(Quoted());
                        break;
                    case "fortran_order" when fortranOrder is null:
                        fortranOrder = TryTake("True") || (TryTake("False") ? false : throw Unexpected());
                        break;
                    case "shape" when shape is null:
                        shape = Tuple();
                        break;
                    default:
                        throw Unexpected();
                }

                if (!TryTake(","))
                {
                    Take("}");
                    break;
                }
            }

            SkipSpace();
            if (_position < text.Length || number is null || fortranOrder is null || shape is null)
            {
                throw Unexpected();
            }

            return new Header(number.Value.Number, number.Value.HighByteFirst, fortranOrder.Value, shape.Value);
        }

        // The order of the bytes, which single ones do not have, and the kind with its size: <f4.
        private static (StoredNumber Number, bool HighByteFirst) Find(string name)
        {
            foreach (StoredNumber number in StoredNumber.All)
            {
                if (name.Length > 1 && name.AsSpan(1).SequenceEqual(number.NpyName) && (name[0] is '<' or '>' || (name[0] == '|' && number.Size == 1)))
                {
                    return (number, name[0] == '>');
                }
            }

            string names = string.Join(", ", StoredNumber.All.Select(number => number.NpyName).Where(known => known.Length > 0));
            throw new InvalidDataException(
                $"its numbers are '{name[..Math.Min(name.Length, 20)]}'; those that can be read are {names}, behind < or >, or | for a single byte. Save array.astype('<f4').");
        }

        private Shape Tuple()
        {
            Span<int> axes = stackalloc int[Shape.MaxRank];
            int rank = 0;
            Take("(");
            while (!TryTake(")"))
            {
                SkipSpace();
                int start = _position;
                while (_position < text.Length && char.IsAsciiDigit(text[_position]))
                {
                    _position++;
                }

                ReadOnlySpan<char> digits = text.AsSpan(start, _position - start);
                if (rank == axes.Length || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out axes[rank++]))
                {
                    throw new InvalidDataException($"its shape is not one of up to {Shape.MaxRank} axes, each of length 0 to {int.MaxValue}.");
                }

                // Python 2 wrote long integers so.
                _position += _position < text.Length && text[_position] == 'L' ? 1 : 0;

                if (!TryTake(","))
                {
                    Take(")");
                    break;
                }
            }

            return Shape.Create(axes[..rank]);
        }

        private string Quoted()
        {
            SkipSpace();
            char quote = _position < text.Length ? text[_position] : ' ';
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _position + 1) : -1;
            if (end < 0)
            {
                throw Unexpected();
            }

            string content = text[(_position + 1)..end];
            _position = end + 1;
            return content;
        }

        private void Take(string word)
        {
            if (!TryTake(word))
            {
                throw Unexpected();
            }
        }

        private bool TryTake(string word)
        {
            SkipSpace();
            bool found = string.CompareOrdinal(text, _position, word, 0, word.Length) == 0;
            _position += found ? word.Length : 0;
            return found;
        }

        private void SkipSpace()
        {
            while (_position < text.Length && text[_position] is ' ' or '\n')
            {
                _position++;
            }
        }

        private InvalidDataException Unexpected() => new(
            $"its header is not as it should be near character {_position}; it holds descr, fortran_order and shape, each once.");
    }
}
