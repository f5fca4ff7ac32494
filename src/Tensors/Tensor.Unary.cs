using System.Runtime.CompilerServices;
using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Operations on each element by itself. All may write over their operand.
public sealed partial class Tensor
{
    /// <summary>Each element with its sign changed.</summary>
    public static Tensor operator -(Tensor x) => NotNull(x).Negate();

    /// <summary>The absolute value of each element.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Abs(Tensor? result = null) => Unary<AbsOperator>(nameof(Abs), result);

    /// <summary>The least whole number that is not below each element.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Ceil(Tensor? result = null) => Unary<CeilOperator>(nameof(Ceil), result);

    /// <summary>The cosine of each element, in radians.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Cos(Tensor? result = null) => Unary<CosOperator>(nameof(Cos), result);

    /// <summary>The error function of each element: 2/√π ∫ exp(-t²) dt from 0 to x, between -1 and 1.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Erf(Tensor? result = null) => Unary<ErfOperator>(nameof(Erf), result);

    /// <summary>e to the power of each element.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Exp(Tensor? result = null) => Unary<ExpOperator>(nameof(Exp), result);

    /// <summary>e to the power of each element, less 1: accurate near zero too, where <c>Exp() - 1</c> loses its digits.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Expm1(Tensor? result = null) => Unary<Expm1Operator>(nameof(Expm1), result);

    /// <summary>The greatest whole number that is not above each element.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Floor(Tensor? result = null) => Unary<FloorOperator>(nameof(Floor), result);

    /// <summary>1 where an element is neither infinite nor NaN, 0 elsewhere.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor IsFinite(Tensor? result = null) => Unary<IsFiniteOperator>(nameof(IsFinite), result);

    /// <summary>1 where an element is infinite, of either sign, 0 elsewhere.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor IsInf(Tensor? result = null) => Unary<IsInfOperator>(nameof(IsInf), result);

    /// <summary>1 where an element is NaN, 0 elsewhere.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor IsNaN(Tensor? result = null) => Unary<IsNaNOperator>(nameof(IsNaN), result);

    /// <summary>The natural logarithm of each element; NaN below zero.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Log(Tensor? result = null) => Unary<LogOperator>(nameof(Log), result);

    /// <summary>The natural logarithm of 1 plus each element: accurate near zero too, where <c>(1 + x).Log()</c> loses its digits; NaN below -1.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Log1p(Tensor? result = null) => Unary<Log1pOperator>(nameof(Log1p), result);

    /// <summary>1 where an element is zero, 0 elsewhere. NaN is not zero.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor LogicalNot(Tensor? result = null) => Binary<EqualOperator>(nameof(LogicalNot), 0, result);

    /// <summary>Each element with its sign changed.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Negate(Tensor? result = null) => Unary<NegateOperator>(nameof(Negate), result);

    /// <summary>One divided by each element.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Reciprocal(Tensor? result = null) => Unary<ReciprocalOperator>(nameof(Reciprocal), result);

    /// <summary>The rectified linear unit of each element: max(x, 0). NaN stays NaN.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Relu(Tensor? result = null) => Unary<ReluOperator>(nameof(Relu), result);

    /// <summary>The whole number nearest to each element; halves go to the even one: 0.5 to 0, 1.5 and 2.5 to 2.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Round(Tensor? result = null) => Unary<RoundOperator>(nameof(Round), result);

    /// <summary>The logistic function of each element: 1 / (1 + exp(-x)), between 0 and 1.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sigmoid(Tensor? result = null) => Unary<SigmoidOperator>(nameof(Sigmoid), result);

    /// <summary>1 where an element is above zero, -1 where it is below; 0 for zero and, as in PyTorch, for NaN.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sign(Tensor? result = null) => Unary<SignOperator>(nameof(Sign), result);

    /// <summary>The sine of each element, in radians.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sin(Tensor? result = null) => Unary<SinOperator>(nameof(Sin), result);

    /// <summary>The square root of each element; NaN below zero.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Sqrt(Tensor? result = null) => Unary<SqrtOperator>(nameof(Sqrt), result);

    /// <summary>Each element multiplied by itself.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Square(Tensor? result = null) => Unary<SquareOperator>(nameof(Square), result);

    /// <summary>The hyperbolic tangent of each element, between -1 and 1.</summary>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Tanh(Tensor? result = null) => Unary<TanhOperator>(nameof(Tanh), result);

    /// <summary>An operation of your own on each element, on every device: <c>x.Map&lt;Swish&gt;()</c>.</summary>
    /// <typeparam name="TOperator">
    /// The formula, as a partial struct; <see cref="Compose{TInner, TOuter}"/> makes one pass over memory of two.
    /// </typeparam>
    /// <param name="result">The tensor to write to, of this tensor's shape; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    public Tensor Map<TOperator>(Tensor? result = null)
        where TOperator : struct, IUnaryOperator => Unary<TOperator>(typeof(TOperator).Name, result);

    private static Tensor NotNull(Tensor? operand, [CallerArgumentExpression(nameof(operand))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(operand, name);
        return operand;
    }

    private Tensor Unary<TOperator>(string operation, Tensor? result)
        where TOperator : struct, IUnaryOperator
    {
        result = ResultOf(operation, Shape, result);
        CheckOverlap(operation, result);
        Device.Unary<TOperator>(this, result);
        return result;
    }
}
