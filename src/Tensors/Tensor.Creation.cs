using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quern.Tensors;

// How tensors come to be.
public sealed partial class Tensor
{
    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The lengths of its axes, as in <c>Tensor.Zeros([128, 784])</c>.</param>
    /// <param name="device">Where it lives; the processor if not given.</param>
    public static Tensor Zeros(Shape shape, Device? device = null) =>
        new((device ?? Device.Cpu).Allocate<float>(shape.ElementCount), 0, shape);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="device">Where it lives; the processor if not given.</param>
    public static Tensor Ones(Shape shape, Device? device = null) => Full(shape, 1, device);

    /// <summary>A tensor with one value everywhere.</summary>
    /// <param name="shape">The lengths of its axes.</param>
    /// <param name="value">The value.</param>
    /// <param name="device">Where it lives; the processor if not given.</param>
    public static Tensor Full(Shape shape, float value, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.Fill(value);
        return tensor;
    }

    /// <summary>A tensor of a single number, of shape [].</summary>
    /// <param name="value">The number.</param>
    /// <param name="device">Where it lives; the processor if not given.</param>
    public static Tensor Scalar(float value, Device? device = null) => Full([], value, device);

    /// <summary>A copy of numbers in row-major order.</summary>
    /// <param name="values">The numbers, the innermost axis varying fastest.</param>
    /// <param name="shape">The lengths of the axes; their product is the number of values.</param>
    /// <param name="device">Where the tensor lives; the processor if not given.</param>
    /// <exception cref="ShapeException">The shape holds more or fewer numbers than were given.</exception>
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
    public static Tensor From(params ReadOnlySpan<float> values) => From(values, [values.Length]);

    /// <summary>A copy of a two-dimensional array as a tensor [rows, columns].</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="device">Where the tensor lives; the processor if not given.</param>
    public static Tensor From(float[,] values, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ref float first = ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference(values));
        return From(MemoryMarshal.CreateReadOnlySpan(ref first, values.Length), [values.GetLength(0), values.GetLength(1)], device);
    }

    /// <summary>Random numbers, evenly spread. The same generator gives the same numbers on every device.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound that values stay below.</param>
    /// <param name="device">Where the tensor lives; the processor if not given.</param>
    public static Tensor Random(Shape shape, Generator generator, float low = 0, float high = 1, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.FillRandom(generator, low, high);
        return tensor;
    }

    /// <summary>Random numbers with a normal distribution. The same generator gives the same numbers on every device, but for rounding.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation: zero or more.</param>
    /// <param name="device">Where the tensor lives; the processor if not given.</param>
    public static Tensor RandomNormal(
        Shape shape, Generator generator, float mean = 0, float standardDeviation = 1, Device? device = null)
    {
        Tensor tensor = Empty(shape, device);
        tensor.FillRandomNormal(generator, mean, standardDeviation);
        return tensor;
    }

    /// <summary>Replaces every element by a random number, evenly spread.</summary>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound that values stay below.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or low is above high.</exception>
    public void FillRandom(Generator generator, float low = 0, float high = 1)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!(low <= high) || !float.IsFinite(low) || !float.IsFinite(high))
        {
            throw new ArgumentOutOfRangeException(nameof(low), $"FillRandom: low is {low} and high {high}; low must be at most high, and both finite.");
        }

        Device.RandomUniform(this, generator.Seed, generator.NextStream(), low, high);
    }

    /// <summary>Replaces every element by a random number with a normal distribution.</summary>
    /// <param name="generator">Where the numbers come from.</param>
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

        Device.RandomNormal(this, generator.Seed, generator.NextStream(), mean, standardDeviation);
    }

    /// <summary>Sets every element to one value.</summary>
    /// <param name="value">The value.</param>
    public void Fill(float value) => Device.Fill(this, value);

    // Memory is zeroed by the device, but callers of Empty promise to write every element.
    internal static Tensor Empty(Shape shape, Device? device) => Zeros(shape, device);
}
