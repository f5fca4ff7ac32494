using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

// How tensors come to be.
public sealed partial class Tensor
{
    /// <summary>A tensor of zeros on the processor: <c>Tensor.Zeros(128, 784)</c>.</summary>
    /// <param name="axes">The lengths of its axes.</param>
    public static Tensor Zeros(params ReadOnlySpan<int> axes) => Zeros(Shape.Create(axes), null);

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The lengths of its axes, as in <c>Tensor.Zeros([128, 784])</c>.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    [OverloadResolutionPriority(1)]
    public static Tensor Zeros(Shape shape, Device? device = null) =>
        new((device ?? Device.Cpu).Allocate<float>(shape.ElementCount), 0, shape);

    /// <summary>A tensor of ones on the processor: <c>Tensor.Ones(128, 784)</c>.</summary>
    /// <param name="axes">The lengths of its axes.</param>
    public static Tensor Ones(params ReadOnlySpan<int> axes) => Full(Shape.Create(axes), 1, null);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    [OverloadResolutionPriority(1)]
    public static Tensor Ones(Shape shape, Device? device = null) => Full(shape, 1, device);

    /// <summary>A tensor with one value everywhere.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="value">The value.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor Full(Shape shape, double value, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.Fill(value);
        return tensor;
    }

    /// <summary>A tensor of a single number, of shape [].</summary>
    /// <param name="value">The number.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor Scalar(double value, Device? device = null)
    {
        Tensor scalar = Result([], device ?? Device.Cpu);
        scalar.Fill(value);
        return scalar;
    }

    /// <summary>A copy of numbers in row-major order.</summary>
    /// <param name="values">The numbers, the innermost axis varying fastest.</param>
    /// <param name="shape">The lengths of the axes; their product is the number of values.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ShapeException">The shape holds more or fewer numbers than were given.</exception>
    [OverloadResolutionPriority(1)]
    public static Tensor From(ReadOnlySpan<float> values, Shape shape, Device? device = null)
    {
        if (values.Length != shape.ElementCount)
        {
            throw new ShapeException($"From: {values.Length} values were given for shape {shape}, which holds {shape.ElementCount}. Give as many values as the shape holds.");
        }

        Tensor tensor = Empty(shape, device);
        tensor.CopyFrom(values);
        return tensor;
    }

    /// <summary>A copy of numbers as a tensor with one axis.</summary>
    /// <param name="values">The numbers.</param>
    [OverloadResolutionPriority(1)]
    public static Tensor From(params ReadOnlySpan<float> values) => From(values, [values.Length]);

    /// <summary>Numbers in row-major order, rounded to float32.</summary>
    /// <inheritdoc cref="From(ReadOnlySpan{float}, Shape, Device?)"/>
    public static Tensor From(ReadOnlySpan<double> values, Shape shape, Device? device = null) => From((ReadOnlySpan<float>)ToSingle(values), shape, device);

    /// <summary>Numbers, rounded to float32, as a tensor with one axis.</summary>
    /// <param name="values">The numbers.</param>
    public static Tensor From(params ReadOnlySpan<double> values) => From(values, [values.Length]);

    /// <summary>Whole numbers in row-major order; above 2²⁴ they are rounded to float32.</summary>
    /// <inheritdoc cref="From(ReadOnlySpan{float}, Shape, Device?)"/>
    public static Tensor From(ReadOnlySpan<int> values, Shape shape, Device? device = null) => From((ReadOnlySpan<float>)ToSingle(values), shape, device);

    /// <summary>Whole numbers as a tensor with one axis; above 2²⁴ they are rounded to float32.</summary>
    /// <param name="values">The numbers.</param>
    public static Tensor From(params ReadOnlySpan<int> values) => From(values, [values.Length]);

    /// <summary>A copy of a list of numbers, or of any other sequence, as a tensor with one axis.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor From(IEnumerable<float> values, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        float[] numbers = [.. values];
        return From((ReadOnlySpan<float>)numbers, [numbers.Length], device);
    }

    /// <summary>Half-precision numbers in row-major order; each is a float32 exactly.</summary>
    /// <inheritdoc cref="From(ReadOnlySpan{float}, Shape, Device?)"/>
    public static Tensor From(ReadOnlySpan<Half> values, Shape shape, Device? device = null) => From((ReadOnlySpan<float>)ToSingle(values), shape, device);

    /// <summary>Half-precision numbers as a tensor with one axis; each is a float32 exactly.</summary>
    /// <param name="values">The numbers.</param>
    public static Tensor From(params ReadOnlySpan<Half> values) => From(values, [values.Length]);

    /// <summary>Bytes, such as those of a picture, in row-major order, as numbers from 0 to 255.</summary>
    /// <inheritdoc cref="From(ReadOnlySpan{float}, Shape, Device?)"/>
    public static Tensor From(ReadOnlySpan<byte> values, Shape shape, Device? device = null) => From((ReadOnlySpan<float>)ToSingle(values), shape, device);

    /// <summary>Bytes as a tensor with one axis of numbers from 0 to 255.</summary>
    /// <param name="values">The numbers.</param>
    public static Tensor From(params ReadOnlySpan<byte> values) => From(values, [values.Length]);

    /// <summary>A copy of rows as a tensor [rows, columns]: of a jagged array, a list of arrays, or any other sequence of sequences.</summary>
    /// <param name="rows">The rows, all of one length.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ShapeException">The rows differ in length.</exception>
    /// <exception cref="ArgumentException">A row is null.</exception>
    public static Tensor From(IEnumerable<IEnumerable<float>> rows, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<float> numbers = [];
        int count = 0;
        int columns = 0;
        foreach (IEnumerable<float>? row in rows)
        {
            int before = numbers.Count;
            numbers.AddRange(row ?? throw new ArgumentException($"From: row {count} is null.", nameof(rows)));
            int length = numbers.Count - before;
            columns = count == 0 ? length : columns;
            if (length != columns)
            {
                throw new ShapeException($"From: row {count} has {length} numbers and row 0 {columns}; all rows must have equally many.");
            }

            count++;
        }

        return From((ReadOnlySpan<float>)CollectionsMarshal.AsSpan(numbers), [count, columns], device);
    }

    /// <summary>A copy of a two-dimensional array as a tensor [rows, columns].</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor From(float[,] values, Device? device = null) => FromArray(values, device);

    /// <summary>A copy of a three-dimensional array as a tensor of its shape.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor From(float[,,] values, Device? device = null) => FromArray(values, device);

    /// <summary>A copy of a four-dimensional array as a tensor of its shape.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor From(float[,,,] values, Device? device = null) => FromArray(values, device);

    /// <summary>Uniformly distributed random numbers. The same generator gives the same numbers on every device.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The exclusive upper bound.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor Random(Shape shape, Generator generator, float low = 0, float high = 1, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.FillRandom(generator, low, high);
        return tensor;
    }

    /// <summary>Normally distributed random numbers. The same generator gives the same numbers on every device, except for rounding.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation: zero or more.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    public static Tensor RandomNormal(
        Shape shape, Generator generator, float mean = 0, float standardDeviation = 1, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.FillRandomNormal(generator, mean, standardDeviation);
        return tensor;
    }

    /// <summary>Replaces every element by a uniformly distributed random number.</summary>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The exclusive upper bound.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or low is above high.</exception>
    public void FillRandom(Generator generator, float low = 0, float high = 1)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!(low <= high) || !float.IsFinite(low) || !float.IsFinite(high))
        {
            throw new ArgumentOutOfRangeException(nameof(low), $"FillRandom: low is {low} and high {high}; low must be at most high, and both finite.");
        }

        CountWrite();
        Device.RandomUniform(this, generator.Seed, generator.NextStream(), low, high);
    }

    /// <summary>Replaces every element by a normally distributed random number.</summary>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation: zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or the standard deviation negative.</exception>
    public void FillRandomNormal(Generator generator, float mean = 0, float standardDeviation = 1)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!float.IsFinite(mean))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), $"FillRandomNormal: the mean is {mean}; it must be finite.");
        }

        if (!(standardDeviation >= 0) || !float.IsFinite(standardDeviation))
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), $"FillRandomNormal: the standard deviation is {standardDeviation}; it must be finite and zero or more.");
        }

        CountWrite();
        Device.RandomNormal(this, generator.Seed, generator.NextStream(), mean, standardDeviation);
    }

    /// <summary>Sets every element to one value.</summary>
    /// <param name="value">The value.</param>
    public void Fill(double value)
    {
        CountWrite();
        Device.Fill(this, (float)value);
    }

    private static Tensor FromArray(Array values, Device? device)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] axes = [.. Enumerable.Range(0, values.Rank).Select(values.GetLength)];
        ref float first = ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference(values));
        return From(MemoryMarshal.CreateReadOnlySpan(ref first, values.Length), axes, device);
    }

    private static float[] ToSingle<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        float[] numbers = new float[values.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = float.CreateTruncating(values[i]);
        }

        return numbers;
    }

    // A tensor that holds anything, for callers that write every element.
    internal static Tensor Empty(Shape shape, Device? device) =>
        new((device ?? Device.Cpu).AllocateUncleared(shape.ElementCount, movable: false), 0, shape);

    // The same for the result of an operation: a small one need not stay where it is.
    internal static Tensor Result(Shape shape, Device device) =>
        new(device.AllocateUncleared(shape.ElementCount, movable: true), 0, shape);
}
