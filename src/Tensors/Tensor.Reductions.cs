using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Reductions. The order of summation depends on the shape alone, so results never depend on the number of threads.
public sealed partial class Tensor
{
    /// <summary>The sum of all elements. Zero for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Sum()
    {
        Tensor result = Result([], Device);
        Device.Sum(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The sum along one axis. Zero for no elements.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(Sum), axis, keepAxis, result, out long outer, out long length, out long inner);
        Device.Sum(this, outer, length, inner, result);
        return result;
    }

    /// <inheritdoc cref="Sum(int, bool, Tensor?)"/>
    public Tensor Sum(Index axis, bool keepAxis = false, Tensor? result = null) => Sum(Signed(axis), keepAxis, result);

    /// <summary>The mean of all elements. NaN for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Mean()
    {
        Tensor result = Result([], Device);
        Device.Mean(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The mean along one axis. NaN for no elements.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Mean(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(Mean), axis, keepAxis, result, out long outer, out long length, out long inner);
        Device.Mean(this, outer, length, inner, result);
        return result;
    }

    /// <inheritdoc cref="Mean(int, bool, Tensor?)"/>
    public Tensor Mean(Index axis, bool keepAxis = false, Tensor? result = null) => Mean(Signed(axis), keepAxis, result);

    /// <summary>The greatest of all elements. NaN if any element is NaN.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Max() => Fold<MaximumOperator>(nameof(Max), allowEmpty: false);

    /// <summary>The greatest element along one axis. NaN if any element is NaN.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has length 0.</exception>
    public Tensor Max(int axis, bool keepAxis = false, Tensor? result = null) =>
        Fold<MaximumOperator>(nameof(Max), axis, keepAxis, result, allowEmpty: false);

    /// <inheritdoc cref="Max(int, bool, Tensor?)"/>
    public Tensor Max(Index axis, bool keepAxis = false, Tensor? result = null) => Max(Signed(axis), keepAxis, result);

    /// <summary>The least of all elements. NaN if any element is NaN.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Min() => Fold<MinimumOperator>(nameof(Min), allowEmpty: false);

    /// <summary>The least element along one axis. NaN if any element is NaN.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has length 0.</exception>
    public Tensor Min(int axis, bool keepAxis = false, Tensor? result = null) =>
        Fold<MinimumOperator>(nameof(Min), axis, keepAxis, result, allowEmpty: false);

    /// <inheritdoc cref="Min(int, bool, Tensor?)"/>
    public Tensor Min(Index axis, bool keepAxis = false, Tensor? result = null) => Min(Signed(axis), keepAxis, result);

    /// <summary>The product of all elements. One for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Prod() => Fold<MultiplyOperator>(nameof(Prod), allowEmpty: true);

    /// <summary>The product along one axis. One for no elements.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Prod(int axis, bool keepAxis = false, Tensor? result = null) =>
        Fold<MultiplyOperator>(nameof(Prod), axis, keepAxis, result, allowEmpty: true);

    /// <inheritdoc cref="Prod(int, bool, Tensor?)"/>
    public Tensor Prod(Index axis, bool keepAxis = false, Tensor? result = null) => Prod(Signed(axis), keepAxis, result);

    /// <summary>The index of the greatest of all elements in row-major order: the first of several, or of the first NaN if there is one.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ShapeException">There are no elements, or more than 2²⁴: a float does not hold every place then.</exception>
    public Tensor ArgMax() => Place(nameof(ArgMax), least: false, 1, ElementCount, 1, Result([], Device));

    /// <summary>The index of the greatest element along one axis: the first of several, or of the first NaN if there is one.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis that holds whole numbers: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has length 0, or more than 2²⁴: a float does not hold every place then.</exception>
    public Tensor ArgMax(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(ArgMax), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Place(nameof(ArgMax), least: false, outer, length, inner, result);
    }

    /// <inheritdoc cref="ArgMax(int, bool, Tensor?)"/>
    public Tensor ArgMax(Index axis, bool keepAxis = false, Tensor? result = null) => ArgMax(Signed(axis), keepAxis, result);

    /// <summary>The index of the least of all elements in row-major order: the first of several, or of the first NaN if there is one.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ShapeException">There are no elements, or more than 2²⁴: a float does not hold every place then.</exception>
    public Tensor ArgMin() => Place(nameof(ArgMin), least: true, 1, ElementCount, 1, Result([], Device));

    /// <summary>The index of the least element along one axis: the first of several, or of the first NaN if there is one.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis that holds whole numbers: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has length 0, or more than 2²⁴: a float does not hold every place then.</exception>
    public Tensor ArgMin(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(ArgMin), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Place(nameof(ArgMin), least: true, outer, length, inner, result);
    }

    /// <inheritdoc cref="ArgMin(int, bool, Tensor?)"/>
    public Tensor ArgMin(Index axis, bool keepAxis = false, Tensor? result = null) => ArgMin(Signed(axis), keepAxis, result);

    // ^0 lies behind the last axis, where no signed number is.
    private static int Signed(Index axis) => !axis.IsFromEnd ? axis.Value : axis.Value == 0 ? int.MaxValue : -axis.Value;

    // The tensor to write to, and this tensor seen as [outer, length, inner] with the axis in the middle.
    private Tensor ReductionResult(
        string operation, int axis, bool keepAxis, Tensor? result, out long outer, out long length, out long inner)
    {
        int position = AxisOf(operation, axis);
        length = Shape[position];
        Around(position, out outer, out inner);
        result = ResultOf(operation, keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        CheckApart(operation, this, result, "the operand");
        return result;
    }

    private Tensor Fold<TOperator>(string operation, bool allowEmpty)
        where TOperator : struct, IFoldOperator
    {
        if (!allowEmpty)
        {
            CheckNotEmpty(operation, ElementCount);
        }

        Tensor result = Result([], Device);
        Device.Fold<TOperator>(this, 1, ElementCount, 1, result);
        return result;
    }

    private Tensor Fold<TOperator>(string operation, int axis, bool keepAxis, Tensor? result, bool allowEmpty)
        where TOperator : struct, IFoldOperator
    {
        result = ReductionResult(operation, axis, keepAxis, result, out long outer, out long length, out long inner);
        if (!allowEmpty)
        {
            CheckNotEmpty(operation, length);
        }

        Device.Fold<TOperator>(this, outer, length, inner, result);
        return result;
    }

    // Where the greatest, or the least, elements of [outer, length, inner] are along the axis in the middle.
    private Tensor Place(string operation, bool least, long outer, long length, long inner, Tensor result)
    {
        CheckNotEmpty(operation, length);
        if (length > Kernels.Cpu.ArgMax.LongestAxis)
        {
            throw new ShapeException(
                $"{operation}: the axis of the tensor of shape {Shape} has {length} elements; a float numbers at most {Kernels.Cpu.ArgMax.LongestAxis}. Take the parts of the axis one by one.");
        }

        Device.ArgMax(least ? Negate() : this, outer, length, inner, result);
        return result;
    }

    private void CheckNotEmpty(string operation, long count)
    {
        if (count == 0)
        {
            throw new ShapeException($"{operation}: the tensor of shape {Shape} has no elements to choose from. Give a tensor with at least one.");
        }
    }
}
