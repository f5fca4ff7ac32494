using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Reductions of conditions.
public sealed partial class Tensor
{
    /// <summary>1 if an element is not zero; 0 if all are, or there are none. NaN is not zero.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Any() => IsTrue(Fold<LogicalOrOperator>(nameof(Any), allowEmpty: true));

    /// <summary>1 where an element along one axis is not zero, 0 elsewhere and for no elements. NaN is not zero.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Any(int axis, bool keepAxis = false, Tensor? result = null) =>
        IsTrue(Fold<LogicalOrOperator>(nameof(Any), axis, keepAxis, result, allowEmpty: true));

    /// <inheritdoc cref="Any(int, bool, Tensor?)"/>
    public Tensor Any(Index axis, bool keepAxis = false, Tensor? result = null) => Any(Signed(axis), keepAxis, result);

    /// <summary>1 if no element is zero, or there are none; 0 if one is. NaN is not zero.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor All() => IsTrue(Fold<LogicalAndOperator>(nameof(All), allowEmpty: true));

    /// <summary>1 where no element along one axis is zero, and for no elements; 0 elsewhere. NaN is not zero.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor All(int axis, bool keepAxis = false, Tensor? result = null) =>
        IsTrue(Fold<LogicalAndOperator>(nameof(All), axis, keepAxis, result, allowEmpty: true));

    /// <inheritdoc cref="All(int, bool, Tensor?)"/>
    public Tensor All(Index axis, bool keepAxis = false, Tensor? result = null) => All(Signed(axis), keepAxis, result);

    // A single element is not folded with another and keeps its value: 1 is made of it.
    private static Tensor IsTrue(Tensor folded) => folded.NotEqual(0, folded);
}
