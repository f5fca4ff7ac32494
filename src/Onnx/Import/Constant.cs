using System.Buffers.Binary;
using Quern.Onnx.Schema;
using Quern.Tensors;
using DataType = Quern.Onnx.Schema.TensorProto.Types.DataType;

namespace Quern.Onnx.Import;

/// <summary>A tensor of the file, whose numbers are decoded where they are asked for.</summary>
/// <param name="name">Its name.</param>
/// <param name="tensor">How the file has it.</param>
/// <param name="isTransposed">Whether the rows that are meant are the columns of the file.</param>
internal sealed class Constant(string name, TensorProto tensor, bool isTransposed = false)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>How many axes it has.</summary>
    public int Rank => tensor.Dims.Count;

    /// <summary>Its shape.</summary>
    /// <exception cref="UnsupportedNodeException">There is none such.</exception>
    public Shape Shape
    {
        get
        {
            if (Rank > Shape.MaxRank || tensor.Dims.Any(length => length is < 0 or > int.MaxValue))
            {
                throw Refusal($"has the shape [{string.Join(", ", tensor.Dims.Take(Shape.MaxRank + 1))}]; a tensor has at most {Shape.MaxRank} axes, each of 0 to {int.MaxValue}");
            }

            int[] axes = [.. tensor.Dims.Select(length => (int)length)];
            if (isTransposed)
            {
                axes.AsSpan().Reverse();
            }

            try
            {
                return Shape.Create(axes);
            }
            catch (ShapeException exception)
            {
                throw Refusal($"has no possible shape: {exception.Message}");
            }
        }
    }

    private DataType Type => (DataType)tensor.DataType;

    private string TypeName => Enum.IsDefined(Type) ? $"type {Type.ToString().ToLowerInvariant()}" : $"the type of number {tensor.DataType}";

    /// <summary>The matrix with rows and columns exchanged.</summary>
    public Constant Transposed() => new(name, tensor, !isTransposed);

    /// <summary>Its numbers, row by row.</summary>
    /// <exception cref="UnsupportedNodeException">They are not in the file, are no floating-point numbers, or are not as many as the shape says.</exception>
    public float[] Numbers()
    {
        CheckLength();
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        float[] numbers = new float[Shape.ElementCount];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (Type, tensor.HasRawData) switch
            {
                (DataType.Float, true) => BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]),
                (DataType.Float, false) => tensor.FloatData[i],
                (DataType.Double, true) => (float)BinaryPrimitives.ReadDoubleLittleEndian(raw[(i * sizeof(double))..]),
                (DataType.Double, false) => (float)tensor.DoubleData[i],
                (DataType.Float16, true) => (float)BinaryPrimitives.ReadHalfLittleEndian(raw[(i * sizeof(ushort))..]),
                (DataType.Float16, false) => (float)BitConverter.UInt16BitsToHalf((ushort)tensor.Int32Data[i]),
                _ => throw Refusal($"is of {TypeName}, where floating-point numbers were expected"),
            };
        }

        return isTransposed ? Transposed(numbers, Shape[0], Shape[1]) : numbers;
    }

    /// <summary>Its whole numbers, row by row.</summary>
    /// <exception cref="UnsupportedNodeException">They are not in the file, are no whole numbers, or are not as many as the shape says.</exception>
    public long[] WholeNumbers()
    {
        CheckLength();
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        long[] numbers = new long[Shape.ElementCount];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (Type, tensor.HasRawData) switch
            {
                (DataType.Int64, true) => BinaryPrimitives.ReadInt64LittleEndian(raw[(i * sizeof(long))..]),
                (DataType.Int64, false) => tensor.Int64Data[i],
                (DataType.Int32, true) => BinaryPrimitives.ReadInt32LittleEndian(raw[(i * sizeof(int))..]),
                (DataType.Int32, false) => tensor.Int32Data[i],
                _ => throw Refusal($"is of {TypeName}, where whole numbers were expected"),
            };
        }

        return numbers;
    }

    /// <summary>Makes sure that the numbers are there, before memory is asked for on the word of the shape.</summary>
    /// <exception cref="UnsupportedNodeException">They are not.</exception>
    public void CheckLength()
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw Refusal("lies in another file; export the network with its weights inside");
        }

        (int size, int count) = Type switch
        {
            DataType.Float => (sizeof(float), tensor.FloatData.Count),
            DataType.Double => (sizeof(double), tensor.DoubleData.Count),
            DataType.Float16 => (sizeof(ushort), tensor.Int32Data.Count),
            DataType.Int64 => (sizeof(long), tensor.Int64Data.Count),
            DataType.Int32 => (sizeof(int), tensor.Int32Data.Count),
            _ => throw Refusal($"is of {TypeName}, which is not read"),
        };
        Shape shape = Shape;
        (int length, string unit) = tensor.HasRawData ? (tensor.RawData.Length, "bytes") : (count, "numbers");
        UInt128 expected = (UInt128)shape.ElementCount * (UInt128)(tensor.HasRawData ? size : 1);
        if (expected != (UInt128)length)
        {
            throw Refusal($"has {length} {unit}, and its shape {shape} asks for {expected}; the file is damaged");
        }
    }

    private static float[] Transposed(float[] numbers, int rows, int columns)
    {
        float[] result = new float[numbers.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[(row * columns) + column] = numbers[(column * rows) + row];
            }
        }

        return result;
    }

    private UnsupportedNodeException Refusal(string problem) => new($"the tensor {Names.Shown(name)} {problem}");
}
