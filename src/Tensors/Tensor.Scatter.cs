namespace Quern.Tensors;

// Elements written to their places along an axis: the way back of Gather.
public sealed partial class Tensor
{
    /// <summary>
    /// A copy with elements replaced by those of a source, at places along one axis that an index says: of a matrix and axis 1,
    /// <c>result[i, index[i, j]] = source[i, j]</c>. Where places repeat, the last one stays.
    /// </summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="index">Places along the axis: whole numbers from 0. Its other axes are those of this tensor, or shorter.</param>
    /// <param name="source">What is written: as many axes, none shorter than the index's; what is beyond them is not read.</param>
    /// <param name="result">The tensor to write to: this tensor itself, which is then changed in place, or one apart from all; a new one if omitted.</param>
    /// <returns>A tensor of this shape: <paramref name="result"/> where it was given.</returns>
    /// <remarks>The places are checked first, which on a GPU waits for the device.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">A place lies outside the axis.</exception>
    /// <exception cref="ShapeException">The index or the source has other axes, or of another length than they may have; or the axis has more than 2²⁴ places, which floats do not number.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor Scatter(int axis, Tensor index, Tensor source, Tensor? result = null) =>
        Scatter(nameof(Scatter), axis, index, source, accumulate: false, result);

    /// <summary>A copy with elements replaced by a number, at places along one axis that an index says.</summary>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor, Tensor?)"/>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="index">Places along the axis: whole numbers from 0. Its other axes are those of this tensor, or shorter.</param>
    /// <param name="value">The number.</param>
    /// <param name="result">The tensor to write to: this tensor itself, which is then changed in place, or one apart from all; a new one if omitted.</param>
    public Tensor Scatter(int axis, Tensor index, double value, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        return Scatter(nameof(Scatter), axis, index, Full(index.Shape, value, index.Device), accumulate: false, result);
    }

    /// <summary>
    /// A copy with the elements of a source added at places along one axis that an index says: of a matrix and axis 1,
    /// <c>result[i, index[i, j]] += source[i, j]</c>. Where places repeat, all are added, in their order, so that sums are the same every time.
    /// </summary>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor, Tensor?)"/>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor source, Tensor? result = null) =>
        Scatter(nameof(ScatterAdd), axis, index, source, accumulate: true, result);

    private Tensor Scatter(string operation, int axis, Tensor index, Tensor source, bool accumulate, Tensor? result)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(source);
        int position = AxisOf(operation, axis);
        CheckIndexShape(operation, index, position);
        CheckSourceShape(operation, index.Shape, source.Shape);
        CheckSameDevice(operation, source);
        CheckPlaces(operation, index, position);
        result = ResultOf(operation, Shape, result);
        CheckOverlap(operation, result);
        CheckApart(operation, index, result, "the index");
        CheckApart(operation, source, result, "the source");
        Device.Copy(this, result);

        Shape region = index.Shape.With(position, Shape[position]);
        Tensor places = result.Beginning(region);
        places.Around(position, out long outer, out long inner);
        Device.AxisScatter(source.Beginning(index.Shape), index, accumulate, outer, Shape[position], inner, places);
        if (region != Shape)
        {
            new StridedView(places).CopyTo(BeginningOf(result, region));
        }

        return result;
    }

    private static void CheckSourceShape(string operation, Shape index, Shape source)
    {
        bool fits = index.Rank == source.Rank;
        for (int axis = 0; fits && axis < index.Rank; axis++)
        {
            fits = index[axis] <= source[axis];
        }

        if (!fits)
        {
            throw new ShapeException($"{operation}: the index has shape {index} and the source {source}; the source must have as many axes, none shorter.");
        }
    }
}
