using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>How a number is stored in a file, always with its low byte first, and how it becomes float32.</summary>
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

    private delegate float Converter(ReadOnlySpan<byte> bytes);

    public static StoredNumber Float32 { get; } = new("F32", "<f4", 4, BinaryPrimitives.ReadSingleLittleEndian);

    public static IReadOnlyList<StoredNumber> All { get; } =
    [
        Float32,
        new("F64", "<f8", 8, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        new("F16", "<f2", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new("BF16", string.Empty, 2, bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        new("I64", "<i8", 8, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        new("I32", "<i4", 4, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        new("U8", "|u1", 1, bytes => bytes[0]),
    ];

    /// <summary>The name in a safetensors header.</summary>
    public string SafeTensorsName { get; }

    /// <summary>The name in a .npy header; empty where that format has none.</summary>
    public string NpyName { get; }

    /// <summary>Bytes of a number.</summary>
    public int Size { get; }

    /// <summary>Reads as many numbers as a new tensor on the processor holds.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public Tensor Read(Stream stream, Shape shape)
    {
        Tensor tensor = Tensor.Zeros(shape);
        Span<float> numbers = tensor.AsSpan();
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, tensor.ElementCount * Size)];
        while (numbers.Length > 0)
        {
            int count = Math.Min(numbers.Length, ChunkBytes / Size);
            Span<byte> bytes = chunk.AsSpan(0, count * Size);
            stream.ReadExactly(bytes);
            if (this == Float32 && BitConverter.IsLittleEndian)
            {
                bytes.CopyTo(MemoryMarshal.AsBytes(numbers[..count]));
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    numbers[i] = _convert(bytes[(i * Size)..]);
                }
            }

            numbers = numbers[count..];
        }

        return tensor;
    }

    /// <summary>Writes a tensor's numbers as float32.</summary>
    public static void WriteFloat32(Stream stream, Tensor tensor)
    {
        ReadOnlySpan<float> numbers = tensor.To(Device.Cpu).AsSpan();
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
}
