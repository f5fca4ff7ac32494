namespace Quern.Tensors;

// Reductions of elements in order.
public sealed partial class Tensor
{
    /// <summary>The median of all elements: the lower of the two in the middle where their number is even, as in PyTorch. NaN if any element is NaN.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <remarks><c>Quantile(0.5)</c> is the mean of the two, which is NumPy's median.</remarks>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Median() => Median(1, ElementCount, 1, Result([], Device));

    /// <summary>The median along one axis: the lower of the two elements in the middle where their number is even, as in PyTorch. NaN if any element is NaN.</summary>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ShapeException">The axis has length 0.</exception>
    public Tensor Median(int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(Median), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Median(outer, length, inner, result);
    }

    /// <inheritdoc cref="Median(int, bool, Tensor?)"/>
    public Tensor Median(Index axis, bool keepAxis = false, Tensor? result = null) => Median(Signed(axis), keepAxis, result);

    /// <summary>
    /// The quantile of all elements: with n of them in order, numbered from 0, what is at q · (n - 1), on the straight line between the two elements around
    /// that place. NaN if any element is NaN, and on a line that begins or ends in an infinity, as in PyTorch.
    /// </summary>
    /// <param name="q">The part of the elements below: 0 is the least, 0.5 the median, 1 the greatest.</param>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Quantile(double q) => Quantile(q, 1, ElementCount, 1, Result([], Device));

    /// <summary>
    /// The quantile along one axis: with n elements in order, numbered from 0, what is at q · (n - 1), on the straight line between the two elements around
    /// that place. NaN if any element is NaN, and on a line that begins or ends in an infinity, as in PyTorch.
    /// </summary>
    /// <param name="q">The part of the elements below: 0 is the least, 0.5 the median, 1 the greatest.</param>
    /// <param name="axis">The axis to reduce, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="keepAxis">Keeps the axis with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">The tensor to write to; a new one if omitted.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or <paramref name="q"/> is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">The axis has length 0.</exception>
    public Tensor Quantile(double q, int axis, bool keepAxis = false, Tensor? result = null)
    {
        result = ReductionResult(nameof(Quantile), axis, keepAxis, result, out long outer, out long length, out long inner);
        return Quantile(q, outer, length, inner, result);
    }

    /// <inheritdoc cref="Quantile(double, int, bool, Tensor?)"/>
    public Tensor Quantile(double q, Index axis, bool keepAxis = false, Tensor? result = null) => Quantile(q, Signed(axis), keepAxis, result);

    private Tensor Median(long outer, long length, long inner, Tensor result)
    {
        Tensor sorted = Sorted(nameof(Median), outer, length, inner);
        return ChooseNumber(sorted, At(sorted, (length - 1) / 2), result);
    }

    private Tensor Quantile(double q, long outer, long length, long inner, Tensor result)
    {
        if (!(q >= 0 && q <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(q), q, "Quantile: q must be from 0 to 1.");
        }

        Tensor sorted = Sorted(nameof(Quantile), outer, length, inner);
        double place = q * (length - 1);
        long below = (long)place;
        double weight = place - below;
        Tensor value = At(sorted, below);
        if (weight > 0)
        {
            // From the nearer of the two on, as PyTorch does, so that a weight near 1 ends at the upper one.
            Tensor above = At(sorted, below + 1);
            Tensor distance = above - value;
            value = weight < 0.5 ? value + (distance * weight) : above - (distance * (1 - weight));
        }

        return ChooseNumber(sorted, value, result);
    }

    // This tensor as [outer, length, inner] with the axis in the middle in order.
    private Tensor Sorted(string operation, long outer, long length, long inner)
    {
        CheckNotEmpty(operation, length);
        Tensor sorted = Result([checked((int)outer), checked((int)length), checked((int)inner)], Device);
        Device.Sort(this, outer, length, inner, descending: false, (int)length, sorted, null);
        return sorted;
    }

    private static Tensor At(Tensor sorted, long place) => sorted.Copy(new StridedView(sorted).Slice(1, (int)place, 1));

    // NaN where there is any, which is the last then.
    private static Tensor ChooseNumber(Tensor sorted, Tensor value, Tensor result)
    {
        Tensor last = At(sorted, sorted.Shape[1] - 1).WithShape(result.Shape);
        return Where(last.IsNaN(), last, value.WithShape(result.Shape), result);
    }
}
