using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Reductions made of others: variances, norms and the logarithm of a sum of exponentials.
public sealed partial class Tensor
{
    /// <summary>The variance of all elements: the sum of squared distances from the mean, divided by their number less a correction. NaN where both are zero. Distances beyond 1.8e19 have an infinite square.</summary>
    /// <param name="correction">What is taken off the number of elements before it divides: 1 estimates from a sample, 0 is for all there is.</param>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Var(double correction = 1) => Variance(1, ElementCount, 1, correction, Result([], Device));

    /// <summary>The variance along one axis: the sum of squared distances from the mean, divided by the axis' length less a correction. NaN where both are zero. Distances beyond 1.8e19 have an infinite square.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="correction">What is taken off the number of elements before it divides: 1 estimates from a sample, 0 is for all there is.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Var(int axis, bool keepAxis = false, double correction = 1, Tensor? result = null)
    {
        result = ReductionResult(nameof(Var), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Variance(outer, length, inner, correction, result);
    }

    /// <inheritdoc cref="Var(int, bool, double, Tensor?)"/>
    public Tensor Var(Index axis, bool keepAxis = false, double correction = 1, Tensor? result = null) =>
        Var(Signed(axis), keepAxis, correction, result);

    /// <summary>The standard deviation of all elements: the square root of <see cref="Var(double)"/>.</summary>
    /// <param name="correction">What is taken off the number of elements before it divides: 1 estimates from a sample, 0 is for all there is.</param>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Std(double correction = 1) => Var(correction).Sqrt();

    /// <summary>The standard deviation along one axis: the square root of <see cref="Var(int, bool, double, Tensor?)"/>.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="correction">What is taken off the number of elements before it divides: 1 estimates from a sample, 0 is for all there is.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Std(int axis, bool keepAxis = false, double correction = 1, Tensor? result = null)
    {
        result = ReductionResult(nameof(Std), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Variance(outer, length, inner, correction, result).Sqrt(result);
    }

    /// <inheritdoc cref="Std(int, bool, double, Tensor?)"/>
    public Tensor Std(Index axis, bool keepAxis = false, double correction = 1, Tensor? result = null) =>
        Std(Signed(axis), keepAxis, correction, result);

    /// <summary>The p-norm of all elements: (Σ |x|ᵖ) to the power of 1/p. Zero for no elements and p above 0.</summary>
    /// <param name="p">The order: 2 is Euclid's norm, 1 the sum of magnitudes, an infinity the greatest or least of them, 0 the count of what is not zero.</param>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ShapeException">The order is infinite and there are no elements.</exception>
    public Tensor Norm(double p = 2)
    {
        Tensor result = Result([], Device);
        if (p != 2)
        {
            return Norm(p, 1, ElementCount, 1, result);
        }

        // This one kernel knows how to add squares that are beyond float32.
        Device.Norm(this, result, accumulate: false);
        return result;
    }

    /// <summary>The p-norm along one axis: (Σ |x|ᵖ) to the power of 1/p. Zero for no elements and p above 0. Powers beyond float32 are infinite.</summary>
    /// <param name="p">The order: 2 is Euclid's norm, 1 the sum of magnitudes, an infinity the greatest or least of them, 0 the count of what is not zero.</param>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The order is infinite and the axis has length 0.</exception>
    public Tensor Norm(double p, int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(Norm), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Norm(p, outer, length, inner, result);
    }

    /// <inheritdoc cref="Norm(double, int, bool, Tensor?)"/>
    public Tensor Norm(double p, Index axis, bool keepAxis = false, Tensor? result = null) => Norm(p, Signed(axis), keepAxis, result);

    /// <summary>The logarithm of the sum of the exponentials of all elements, which do not overflow on the way. -∞ for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor LogSumExp() => LogSumExp(1, ElementCount, 1, Result([], Device));

    /// <summary>The logarithm of the sum of the exponentials along one axis, which do not overflow on the way. -∞ for no elements.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor LogSumExp(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(LogSumExp), axis, keepAxis, result, out long outer, out long length, out long inner);
        return LogSumExp(outer, length, inner, result);
    }

    /// <inheritdoc cref="LogSumExp(int, bool, Tensor?)"/>
    public Tensor LogSumExp(Index axis, bool keepAxis = false, Tensor? result = null) => LogSumExp(Signed(axis), keepAxis, result);

    private Tensor Variance(long outer, long length, long inner, double correction, Tensor result)
    {
        Tensor mean = Result([checked((int)outer), 1, checked((int)inner)], Device);
        Device.Mean(this, outer, length, inner, mean);
        Tensor distances = Reshape((int)outer, (int)length, (int)inner) - mean;
        distances.Square(distances);

        // Their sum may be beyond float32 where their mean is not.
        Device.Mean(distances, outer, length, inner, result);
        return result.Multiply(length / Math.Max(0, length - correction), result);
    }

    private Tensor Norm(double p, long outer, long length, long inner, Tensor result)
    {
        if (double.IsInfinity(p))
        {
            CheckNotEmpty(nameof(Norm), length);
        }

        Tensor terms = p switch
        {
            0 => NotEqual(0),
            2 => Square(),
            1 or double.PositiveInfinity or double.NegativeInfinity => Abs(),
            _ => Abs().Power(p),
        };
        switch (p)
        {
            case double.PositiveInfinity:
                Device.Fold<MaximumOperator>(terms, outer, length, inner, result);
                return result;
            case double.NegativeInfinity:
                Device.Fold<MinimumOperator>(terms, outer, length, inner, result);
                return result;
            default:
                Device.Sum(terms, outer, length, inner, result);
                return p switch { 0 or 1 => result, 2 => result.Sqrt(result), _ => result.Power(1 / p, result) };
        }
    }

    private Tensor LogSumExp(long outer, long length, long inner, Tensor result)
    {
        if (length == 0)
        {
            result.Fill(double.NegativeInfinity);
            return result;
        }

        // The greatest element is taken off first. Where it is infinite, the greatest float takes its place, since ∞ - ∞ is no number.
        Tensor greatest = Result([checked((int)outer), 1, checked((int)inner)], Device);
        Device.Fold<MaximumOperator>(this, outer, length, inner, greatest);
        greatest.Clamp(-float.MaxValue, float.MaxValue, greatest);
        Tensor powers = Reshape((int)outer, (int)length, (int)inner) - greatest;
        powers.Exp(powers);
        Device.Sum(powers, outer, length, inner, result);
        result.Log(result);
        return result.Add(greatest.WithShape(result.Shape), result);
    }
}
