namespace Quern.Tensors;

// Reductions. The order of summation depends on the shape alone, so results never depend on the number of threads.
public sealed partial class Tensor
{
    /// <summary>The sum of all elements. Zero for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Sum()
    {
        Tensor result = Empty([], Device);
        Device.Sum(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The sum along one axis. Zero for no elements.</summary>
    /// <param name="axis">The axis that goes, 0 being the outermost; <c>^1</c> is the innermost.</param>
    /// <param name="keepAxis">Leaves the axis in place with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">Where to write; a new tensor if not given.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Sum(Index axis, bool keepAxis = false, Tensor? result = null)
    {
        int position = AxisPosition(nameof(Sum), axis);
        (long outer, long inner) = Around(position);
        result = ResultOf(nameof(Sum), keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        Device.Sum(this, outer, Shape[position], inner, result);
        return result;
    }

    /// <summary>The mean of all elements. NaN for no elements.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Mean()
    {
        Tensor result = Empty([], Device);
        Device.Mean(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The mean along one axis. NaN for no elements.</summary>
    /// <param name="axis">The axis that goes, 0 being the outermost; <c>^1</c> is the innermost.</param>
    /// <param name="keepAxis">Leaves the axis in place with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">Where to write; a new tensor if not given.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Mean(Index axis, bool keepAxis = false, Tensor? result = null)
    {
        int position = AxisPosition(nameof(Mean), axis);
        (long outer, long inner) = Around(position);
        result = ResultOf(nameof(Mean), keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        Device.Mean(this, outer, Shape[position], inner, result);
        return result;
    }

    /// <summary>The greatest element of all elements. NaN if any element is NaN.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Max()
    {
        CheckNotEmpty(nameof(Max), ElementCount);
        Tensor result = Empty([], Device);
        Device.Max(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The greatest element along one axis. NaN if any element is NaN.</summary>
    /// <param name="axis">The axis that goes, 0 being the outermost; <c>^1</c> is the innermost.</param>
    /// <param name="keepAxis">Leaves the axis in place with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">Where to write; a new tensor if not given.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Max(Index axis, bool keepAxis = false, Tensor? result = null)
    {
        int position = AxisPosition(nameof(Max), axis);
        CheckNotEmpty(nameof(Max), Shape[position]);
        (long outer, long inner) = Around(position);
        result = ResultOf(nameof(Max), keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        Device.Max(this, outer, Shape[position], inner, result);
        return result;
    }

    /// <summary>The least element of all elements. NaN if any element is NaN.</summary>
    /// <returns>A tensor of shape []; <see cref="Item"/> reads it.</returns>
    public Tensor Min()
    {
        CheckNotEmpty(nameof(Min), ElementCount);
        Tensor result = Empty([], Device);
        Device.Min(this, 1, ElementCount, 1, result);
        return result;
    }

    /// <summary>The least element along one axis. NaN if any element is NaN.</summary>
    /// <param name="axis">The axis that goes, 0 being the outermost; <c>^1</c> is the innermost.</param>
    /// <param name="keepAxis">Leaves the axis in place with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">Where to write; a new tensor if not given.</param>
    /// <returns>A tensor without the axis: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Min(Index axis, bool keepAxis = false, Tensor? result = null)
    {
        int position = AxisPosition(nameof(Min), axis);
        CheckNotEmpty(nameof(Min), Shape[position]);
        (long outer, long inner) = Around(position);
        result = ResultOf(nameof(Min), keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        Device.Min(this, outer, Shape[position], inner, result);
        return result;
    }

    /// <summary>The position of the greatest element along one axis. The first of several; that of the first NaN if there is one.</summary>
    /// <param name="axis">The axis that goes, 0 being the outermost; <c>^1</c> is the innermost.</param>
    /// <param name="keepAxis">Leaves the axis in place with length 1, so that the result broadcasts against this tensor.</param>
    /// <param name="result">Where to write; a new tensor if not given.</param>
    /// <returns>A tensor without the axis that holds whole numbers: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor ArgMax(Index axis, bool keepAxis = false, Tensor? result = null)
    {
        int position = AxisPosition(nameof(ArgMax), axis);
        CheckNotEmpty(nameof(ArgMax), Shape[position]);
        (long outer, long inner) = Around(position);
        result = ResultOf(nameof(ArgMax), keepAxis ? Shape.With(position, 1) : Shape.Without(position), result);
        Device.ArgMax(this, outer, Shape[position], inner, result);
        return result;
    }

    private int AxisPosition(string operation, Index axis)
    {
        int position = axis.GetOffset(Rank);
        if ((uint)position >= (uint)Rank)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{operation}: the tensor of shape {Shape} has {Rank} axes, numbered from 0; ^1 is the innermost.");
        }

        return position;
    }

    // How many elements lie outside and inside an axis: the tensor seen as [outer, axis, inner].
    private (long Outer, long Inner) Around(int axis)
    {
        long outer = 1;
        long inner = 1;
        for (int other = 0; other < Rank; other++)
        {
            if (other < axis)
            {
                outer *= Shape[other];
            }
            else if (other > axis)
            {
                inner *= Shape[other];
            }
        }

        return (outer, inner);
    }

    private void CheckNotEmpty(string operation, long count)
    {
        if (count == 0)
        {
            throw new ShapeException($"{operation}: the tensor of shape {Shape} has no elements to choose from. Give a tensor with at least one.");
        }
    }
}
