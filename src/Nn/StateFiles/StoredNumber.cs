using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>How a number is stored in a file, and how it becomes float32.</summary>
internal sealed class StoredNumber
{
    // A multiple of every size.
    private const int ChunkBytes = 1 << 16;

    private readonly Converter _convert;

    private StoredNumber(string safeTensorsName, string npyName, int size, Converter convert)
    {
        SafeTensorsName = safeTensorsName;
        NpyName = npyName;
        Size = size;
        _convert = convert;
    }

    // From bytes of which the first is the lowest.
    private delegate float Converter(ReadOnlySpan<byte> bytes);

    public static StoredNumber Float32 { get; } = new("F32", "f4", 4, BinaryPrimitives.ReadSingleLittleEndian);

    public static IReadOnlyList<StoredNumber> All { get; } =
    [
        Float32,
        new("F64", "f8", 8, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        new("F16", "f2", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new("BF16", string.Empty, 2, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        new("F8_E5M2", string.Empty, 1, bytes => (float)BitConverter.UInt16BitsToHalf((ushort)(bytes[0] << 8))),
        new("F8_E4M3", string.Empty, 1, bytes => FromE4M3(bytes[0])),
        new("I64", "i8", 8, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        new("I32", "i4", 4, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        new("I16", "i2", 2, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        new("I8", "i1", 1, bytes => (sbyte)bytes[0]),
        new("U64", "u8", 8, bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        new("U32", "u4", 4, bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        new("U16", "u2", 2, bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        new("U8", "u1", 1, bytes => bytes[0]),
        new("BOOL", "b1", 1, bytes => bytes[0] == 0 ? 0 : 1),
    ];

    /// <summary>The name in a safetensors header.</summary>
    public string SafeTensorsName { get; }

    /// <summary>The name in a .npy header, without the order of its bytes; empty where that format has none.</summary>
    public string NpyName { get; }

    /// <summary>Bytes of a number.</summary>
    public int Size { get; }

    /// <summary>Reads as many numbers as a new tensor on the processor holds.</summary>
    /// <param name="stream">Where the numbers are.</param>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="highByteFirst">Whether the first byte of a number is the highest.</param>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public Tensor Read(Stream stream, Shape shape, bool highByteFirst = false)
    {
        Tensor tensor = Tensor.Zeros(shape);
        Span<float> numbers = tensor.AsSpan();
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, tensor.ElementCount * Size)];
        while (numbers.Length > 0)
        {
            int count = Math.Min(numbers.Length, ChunkBytes / Size);
            Span<byte> bytes = chunk.AsSpan(0, count * Size);
            stream.ReadExactly(bytes);
            if (this == Float32 && BitConverter.IsLittleEndian && !highByteFirst)
            {
                bytes.CopyTo(MemoryMarshal.AsBytes(numbers[..count]));
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    Span<byte> number = bytes.Slice(i * Size, Size);
                    if (highByteFirst)
                    {
                        number.Reverse();
                    }

                    numbers[i] = _convert(number);
                }
            }

            numbers = numbers[count..];
        }

        return tensor;
    }

    /// <summary>Writes a tensor's numbers as float32.</summary>
    public static void WriteFloat32(Stream stream, Tensor tensor)
    {
        ReadOnlySpan<float> numbers = tensor.To(Device.Cpu).AsReadOnlySpan();
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, tensor.ElementCount * sizeof(float))];
        while (numbers.Length > 0)
        {
            int count = Math.Min(numbers.Length, ChunkBytes / sizeof(float));
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(i * sizeof(float)), numbers[i]);
            }

            stream.Write(chunk, 0, count * sizeof(float));
            numbers = numbers[count..];
        }
    }

    // A sign, 4 bits of exponent with a bias of 7, 3 of mantissa; no infinities, and NaN where all seven bits are set.
    // Source: Micikevicius and others, FP8 formats for deep learning, 2022.
    private static float FromE4M3(byte bits)
    {
        int exponent = (bits >> 3) & 0xF;
        int mantissa = bits & 0x7;
        float magnitude = (bits & 0x7F) == 0x7F ? float.NaN
            : exponent == 0 ? MathF.ScaleB(mantissa, -9)
            : MathF.ScaleB(8 + mantissa, exponent - 10);
        return bits < 0x80 ? magnitude : -magnitude;
    }
}
