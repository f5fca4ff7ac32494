using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Operations on pairs of elements. Shapes broadcast by NumPy's rule: axes are aligned at the innermost, and a missing
// axis or one of length 1 repeats.
public sealed partial class Tensor
{
    /// <summary>The sum of two tensors, whose shapes broadcast.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => NotNull(left).Add(right);

    /// <summary>The sum of each element and a number.</summary>
    public static Tensor operator +(Tensor left, double right) => NotNull(left).Add(right);

    /// <summary>The sum of a number and each element.</summary>
    public static Tensor operator +(double left, Tensor right) => NotNull(right).BinaryWithLeft<AddOperator>(left);

    /// <summary>The difference of two tensors, whose shapes broadcast.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => NotNull(left).Subtract(right);

    /// <summary>The difference of each element and a number.</summary>
    public static Tensor operator -(Tensor left, double right) => NotNull(left).Subtract(right);

    /// <summary>The difference of a number and each element.</summary>
    public static Tensor operator -(double left, Tensor right) => NotNull(right).BinaryWithLeft<SubtractOperator>(left);

    /// <summary>The product, element by element, of two tensors, whose shapes broadcast.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => NotNull(left).Multiply(right);

    /// <summary>The product, element by element, of each element and a number.</summary>
    public static Tensor operator *(Tensor left, double right) => NotNull(left).Multiply(right);

    /// <summary>The product, element by element, of a number and each element.</summary>
    public static Tensor operator *(double left, Tensor right) => NotNull(right).BinaryWithLeft<MultiplyOperator>(left);

    /// <summary>The quotient of two tensors, whose shapes broadcast.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => NotNull(left).Divide(right);

    /// <summary>The quotient of each element and a number.</summary>
    public static Tensor operator /(Tensor left, double right) => NotNull(left).Divide(right);

    /// <summary>The quotient of a number and each element.</summary>
    public static Tensor operator /(double left, Tensor right) => NotNull(right).BinaryWithLeft<DivideOperator>(left);

    /// <summary>The sum of two tensors, element by element. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Add(Tensor right, Tensor? result = null) => Binary<AddOperator>(nameof(Add), right, result);

    /// <summary>The sum of two tensors, element by element. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Add(double right, Tensor? result = null) => Binary<AddOperator>(nameof(Add), right, result);

    /// <summary>The difference of two tensors, element by element. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Subtract(Tensor right, Tensor? result = null) => Binary<SubtractOperator>(nameof(Subtract), right, result);

    /// <summary>The difference of two tensors, element by element. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Subtract(double right, Tensor? result = null) => Binary<SubtractOperator>(nameof(Subtract), right, result);

    /// <summary>The product of two tensors, element by element; the matrix product is <see cref="MatMul(Tensor, bool, bool, Tensor?, bool)"/>. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Multiply(Tensor right, Tensor? result = null) => Binary<MultiplyOperator>(nameof(Multiply), right, result);

    /// <summary>The product of two tensors, element by element; the matrix product is <see cref="MatMul(Tensor, bool, bool, Tensor?, bool)"/>. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Multiply(double right, Tensor? result = null) => Binary<MultiplyOperator>(nameof(Multiply), right, result);

    /// <summary>The quotient of two tensors, element by element. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Divide(Tensor right, Tensor? result = null) => Binary<DivideOperator>(nameof(Divide), right, result);

    /// <summary>The quotient of two tensors, element by element. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Divide(double right, Tensor? result = null) => Binary<DivideOperator>(nameof(Divide), right, result);

    /// <summary>The greater of two tensors, element by element; NaN if either is NaN. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Maximum(Tensor right, Tensor? result = null) => Binary<MaximumOperator>(nameof(Maximum), right, result);

    /// <summary>The greater of two tensors, element by element; NaN if either is NaN. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Maximum(double right, Tensor? result = null) => Binary<MaximumOperator>(nameof(Maximum), right, result);

    /// <summary>The lesser of two tensors, element by element; NaN if either is NaN. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Minimum(Tensor right, Tensor? result = null) => Binary<MinimumOperator>(nameof(Minimum), right, result);

    /// <summary>The lesser of two tensors, element by element; NaN if either is NaN. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Minimum(double right, Tensor? result = null) => Binary<MinimumOperator>(nameof(Minimum), right, result);

    /// <summary>This tensor to the power of another, element by element. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Power(Tensor right, Tensor? result = null) => Binary<PowerOperator>(nameof(Power), right, result);

    /// <summary>This tensor to the power of another, element by element. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Power(double right, Tensor? result = null) => Binary<PowerOperator>(nameof(Power), right, result);

    /// <summary>1 where the elements are equal, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Equal(Tensor right, Tensor? result = null) => Binary<EqualOperator>(nameof(Equal), right, result);

    /// <summary>1 where the elements are equal, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Equal(double right, Tensor? result = null) => Binary<EqualOperator>(nameof(Equal), right, result);

    /// <summary>1 where the elements differ, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor NotEqual(Tensor right, Tensor? result = null) => Binary<NotEqualOperator>(nameof(NotEqual), right, result);

    /// <summary>1 where the elements differ, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor NotEqual(double right, Tensor? result = null) => Binary<NotEqualOperator>(nameof(NotEqual), right, result);

    /// <summary>1 where this tensor is greater, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Greater(Tensor right, Tensor? result = null) => Binary<GreaterOperator>(nameof(Greater), right, result);

    /// <summary>1 where this tensor is greater, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Greater(double right, Tensor? result = null) => Binary<GreaterOperator>(nameof(Greater), right, result);

    /// <summary>1 where this tensor is greater or equal, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor GreaterOrEqual(Tensor right, Tensor? result = null) => Binary<GreaterOrEqualOperator>(nameof(GreaterOrEqual), right, result);

    /// <summary>1 where this tensor is greater or equal, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor GreaterOrEqual(double right, Tensor? result = null) => Binary<GreaterOrEqualOperator>(nameof(GreaterOrEqual), right, result);

    /// <summary>1 where this tensor is less, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Less(Tensor right, Tensor? result = null) => Binary<LessOperator>(nameof(Less), right, result);

    /// <summary>1 where this tensor is less, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Less(double right, Tensor? result = null) => Binary<LessOperator>(nameof(Less), right, result);

    /// <summary>1 where this tensor is less or equal, 0 elsewhere. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LessOrEqual(Tensor right, Tensor? result = null) => Binary<LessOrEqualOperator>(nameof(LessOrEqual), right, result);

    /// <summary>1 where this tensor is less or equal, 0 elsewhere. The right operand is one number.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor LessOrEqual(double right, Tensor? result = null) => Binary<LessOrEqualOperator>(nameof(LessOrEqual), right, result);

    /// <summary>The angle in radians, from -π to π, of the points whose ordinates are in this tensor and whose abscissae are in the other. Shapes broadcast.</summary>
    /// <param name="right">The abscissae, x.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Atan2(Tensor right, Tensor? result = null) => Binary<Atan2Operator>(nameof(Atan2), right, result);

    /// <summary>The same with one abscissa for all points: <c>y.Atan2(1)</c> is the arctangent.</summary>
    /// <param name="right">The abscissa, x.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    public Tensor Atan2(double right, Tensor? result = null) => Binary<Atan2Operator>(nameof(Atan2), right, result);

    /// <summary>1 where neither of two elements is zero, 0 elsewhere: where both conditions hold. NaN is not zero. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogicalAnd(Tensor right, Tensor? result = null) => Binary<LogicalAndOperator>(nameof(LogicalAnd), right, result);

    /// <summary>0 where both of two elements are zero, 1 elsewhere: where one condition or both hold. NaN is not zero. Shapes broadcast.</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogicalOr(Tensor right, Tensor? result = null) => Binary<LogicalOrOperator>(nameof(LogicalOr), right, result);

    /// <summary>An operation of your own on each pair of elements, on every device: <c>x.Zip&lt;Huber&gt;(y)</c>. Shapes broadcast.</summary>
    /// <typeparam name="TOperator">The formula, as a partial struct.</typeparam>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of the broadcast shape; a new one if omitted.</param>
    /// <returns>A tensor of the broadcast shape: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Zip<TOperator>(Tensor right, Tensor? result = null)
        where TOperator : struct, IBinaryOperator => Binary<TOperator>(typeof(TOperator).Name, right, result);

    /// <summary>An operation of your own on each element and a number, on every device.</summary>
    /// <typeparam name="TOperator">The formula, as a partial struct.</typeparam>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Zip<TOperator>(double right, Tensor? result = null)
        where TOperator : struct, IBinaryOperator => Binary<TOperator>(typeof(TOperator).Name, right, result);

    private Tensor Binary<TOperator>(string operation, Tensor right, Tensor? result)
        where TOperator : struct, IBinaryOperator
    {
        ArgumentNullException.ThrowIfNull(right);
        CheckSameDevice(operation, right);
        if (!Shape.TryBroadcast(Shape, right.Shape, out Shape shape))
        {
            throw new ShapeException(
                $"{operation}: the left operand has shape {Shape} and the right {right.Shape}; aligned at the last axis, each pair of lengths must be equal or one of them 1.{AlignRemedy(Shape, right.Shape)}");
        }

        result = ResultOf(operation, shape, result);
        CheckOverlap(operation, result);
        right.CheckOverlap(operation, result);
        Device.Binary<TOperator>(this, right, result);
        return result;
    }

    private Tensor Binary<TOperator>(string operation, double right, Tensor? result)
        where TOperator : struct, IBinaryOperator
    {
        result = ResultOf(operation, Shape, result);
        CheckOverlap(operation, result);
        Device.Binary<TOperator>(this, (float)right, result);
        return result;
    }

    private Tensor BinaryWithLeft<TOperator>(double left)
        where TOperator : struct, IBinaryOperator
    {
        Tensor result = Result(Shape, Device);
        Device.Binary<TOperator>((float)left, this, result);
        return result;
    }

    // Axes of length 1 that make the shapes broadcast, if any do.
    private static string AlignRemedy(Shape left, Shape right)
    {
        (Shape fewer, Shape more, string side) = left.Rank < right.Rank ? (left, right, "left") : (right, left, "right");
        int[] axes = new int[more.Rank];
        int next = fewer.Rank - 1;
        for (int axis = axes.Length - 1; axis >= 0; axis--)
        {
            axes[axis] = next >= 0 && (fewer[next] == more[axis] || fewer[next] == 1 || more[axis] == 1) ? fewer[next--] : 1;
        }

        return next < 0 ? $" Use Reshape({string.Join(", ", axes)}) on the {side}." : string.Empty;
    }
}
