namespace Quern.Tensors;

// The totals of all elements up to each one.
public sealed partial class Tensor
{
    /// <summary>The sum of each element and all before it along an axis.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="result">The tensor to write to, which may be this one; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    /// <remarks>
    /// Added up in double precision on the processor; on a GPU with the errors of the additions kept, but there a sum that leaves float32 does not come back.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor CumSum(int axis, Tensor? result = null)
    {
        result = CumulativeResult(nameof(CumSum), axis, result, out long outer, out long length, out long inner);
        Device.CumSum(this, outer, length, inner, result);
        return result;
    }

    /// <summary>The product of each element and all before it along an axis.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="result">The tensor to write to, which may be this one; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    /// <remarks>Multiplied in double precision on the processor, and in float32 on a GPU.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor CumProd(int axis, Tensor? result = null)
    {
        result = CumulativeResult(nameof(CumProd), axis, result, out long outer, out long length, out long inner);
        Device.CumProd(this, outer, length, inner, result);
        return result;
    }

    private Tensor CumulativeResult(string operation, int axis, Tensor? result, out long outer, out long length, out long inner)
    {
        int position = AxisOf(operation, axis);
        length = Shape[position];
        Around(position, out outer, out inner);
        result = ResultOf(operation, Shape, result);
        CheckOverlap(operation, result);
        return result;
    }
}
