using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Elements chosen by conditions: tensors in which zero says no and everything else, NaN included, yes. Comparisons give them as 0 and 1.
public sealed partial class Tensor
{
    /// <summary>The elements of one tensor where a condition holds, and of another where it does not. The three shapes broadcast.</summary>
    /// <param name="condition">The condition, such as <c>x &gt; 0</c>: it holds where it is not zero.</param>
    /// <param name="value">What is taken where the condition holds.</param>
    /// <param name="other">What is taken elsewhere.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Where(Tensor condition, Tensor value, Tensor other, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(other);
        condition.CheckSameDevice(nameof(Where), value);
        condition.CheckSameDevice(nameof(Where), other);
        if (!Shape.TryBroadcast(condition.Shape, value.Shape, out Shape shape) || !Shape.TryBroadcast(shape, other.Shape, out shape))
        {
            throw new ShapeException(
                $"Where: the condition has shape {condition.Shape} and the values {value.Shape} and {other.Shape}; aligned at the last axis, lengths must be equal or 1.");
        }

        result = condition.ResultOf(nameof(Where), shape, result);
        condition.CheckOverlap(nameof(Where), result);
        value.CheckOverlap(nameof(Where), result);
        other.CheckOverlap(nameof(Where), result);
        condition.Device.Ternary<WhereOperator>(condition.Repeated(shape), value.Repeated(shape), other.Repeated(shape), result);
        return result;
    }

    /// <summary>The elements of a tensor where a condition holds, and a number where it does not. The shapes broadcast.</summary>
    /// <param name="condition">The condition: it holds where it is not zero.</param>
    /// <param name="value">What is taken where the condition holds.</param>
    /// <param name="other">What is taken elsewhere.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Where(Tensor condition, Tensor value, double other, Tensor? result = null) =>
        NotNull(value).Choose<WhereOperator>(nameof(Where), condition, other, result);

    /// <summary>A number where a condition holds, and the elements of a tensor where it does not. The shapes broadcast.</summary>
    /// <inheritdoc cref="Where(Tensor, Tensor, double, Tensor?)"/>
    public static Tensor Where(Tensor condition, double value, Tensor other, Tensor? result = null) =>
        NotNull(other).Choose<MaskedFillOperator>(nameof(Where), condition, value, result);

    /// <summary>A number where a mask is not zero, and this tensor's elements elsewhere.</summary>
    /// <param name="mask">The mask, of a shape that broadcasts to this tensor's.</param>
    /// <param name="value">The number.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The mask does not broadcast to this tensor's shape.</exception>
    public Tensor MaskedFill(Tensor mask, double value, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (!Shape.TryBroadcast(Shape, mask.Shape, out Shape shape) || shape != Shape)
        {
            throw new ShapeException($"MaskedFill: the mask has shape {mask.Shape}, which does not broadcast to that of the tensor, {Shape}.");
        }

        return Choose<MaskedFillOperator>(nameof(MaskedFill), mask, value, result);
    }

    /// <summary>The elements where a mask is not zero, in row-major order. Since their number has to be known, this waits for the device.</summary>
    /// <param name="mask">The mask; its shape and this tensor's broadcast.</param>
    /// <returns>A tensor with one axis.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckSameDevice(nameof(MaskedSelect), mask);
        Shape shape = BroadcastShape(nameof(MaskedSelect), mask);
        float[] numbers = Repeated(shape).ToArray();
        float[] chosen = mask.Repeated(shape).ToArray();
        int count = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (chosen[i] != 0)
            {
                numbers[count++] = numbers[i];
            }
        }

        return From(numbers.AsSpan(0, count), [count], Device);
    }

    /// <summary>Class numbers as rows of zeros with a one at the class: [...] becomes [..., classes]. The numbers are looked at, so this waits for the device.</summary>
    /// <param name="classes">How many classes there are; one more than the greatest number if omitted.</param>
    /// <exception cref="ArgumentException">An element is not a whole number from 0 to below the number of classes.</exception>
    /// <exception cref="ShapeException">There are no elements to tell the number of classes from, or this tensor has six axes.</exception>
    public Tensor OneHot(int? classes = null)
    {
        if (classes is null)
        {
            CheckNotEmpty(nameof(OneHot), ElementCount);
        }

        float[] numbers = ToArray();
        int count = classes ?? (int)Math.Min(1 << 24, numbers.Max() + 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(classes));
        int wrong = Array.FindIndex(numbers, number => !(number >= 0 && number < count) || number != MathF.Floor(number));
        if (wrong >= 0)
        {
            throw new ArgumentException($"OneHot: element {wrong} is {numbers[wrong]}; with {count} classes, each is a whole number from 0 to {count - 1}.");
        }

        Tensor places = Arange(count, Device);
        return Reshape([.. Shape, 1]).Equal(places);
    }

    // Both with one number as the third operand, which is why they are two operators.
    private Tensor Choose<TOperator>(string operation, Tensor condition, double number, Tensor? result)
        where TOperator : struct, ITernaryOperator
    {
        ArgumentNullException.ThrowIfNull(condition);
        CheckSameDevice(operation, condition);
        Shape shape = BroadcastShape(operation, condition);
        result = ResultOf(operation, shape, result);
        CheckOverlap(operation, result);
        condition.CheckOverlap(operation, result);
        Device.Ternary<TOperator>(condition.Repeated(shape), Repeated(shape), (float)number, result);
        return result;
    }

    private Shape BroadcastShape(string operation, Tensor condition) =>
        Shape.TryBroadcast(Shape, condition.Shape, out Shape shape)
            ? shape
            : throw new ShapeException(
                $"{operation}: the condition has shape {condition.Shape} and the tensor {Shape}; aligned at the last axis, each pair of lengths must be equal or one of them 1.");

    // This tensor, or a copy that repeats it to a shape that it broadcasts to.
    private Tensor Repeated(Shape shape)
    {
        if (shape == Shape)
        {
            return this;
        }

        Tensor repeated = Result(shape, Device);
        Device.Binary<LeftOperator>(this, repeated, repeated);
        return repeated;
    }
}
