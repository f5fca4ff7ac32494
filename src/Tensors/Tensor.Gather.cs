using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Elements by their places along an axis: whole numbers from 0, as ArgMax gives them. That they lie within the axis is checked on the device, whose answer
// is waited for.
public sealed partial class Tensor
{
    /// <summary>The places of an axis that a list names, in its order: <c>x.IndexSelect(1, 2, 0)</c> of a matrix has its columns 2 and 0.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="indices">The places, from 0; one may come more than once.</param>
    /// <returns>A copy, with an axis as long as the list.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">A place lies outside the axis.</exception>
    /// <exception cref="ShapeException">The axis has more than 2²⁴ places, which floats do not number.</exception>
    public Tensor IndexSelect(int axis, params ReadOnlySpan<int> indices)
    {
        // What is beyond the axis stays there when it is rounded to a float.
        return IndexSelect(axis, From(indices, [indices.Length], Device));
    }

    /// <summary>The places of an axis that a tensor names, in its order.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="indices">The places: a tensor with one axis that holds whole numbers from 0; one may come more than once.</param>
    /// <param name="result">The tensor to write to, apart from both; a new one if omitted.</param>
    /// <returns>A copy, with an axis as long as the list: <paramref name="result"/> where it was given.</returns>
    /// <remarks>The places are checked first, which on a GPU waits for the device.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">A place lies outside the axis.</exception>
    /// <exception cref="ShapeException">The places have not one axis, or the tensor's has more than 2²⁴, which floats do not number.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor IndexSelect(int axis, Tensor indices, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int position = AxisOf(nameof(IndexSelect), axis);
        if (indices.Rank != 1)
        {
            throw new ShapeException(
                $"IndexSelect: the indices have shape {indices.Shape}; they must have one axis. Flatten makes one of several; Gather takes a place for each element.");
        }

        CheckPlaces(nameof(IndexSelect), indices, position);
        result = ResultOf(nameof(IndexSelect), Shape.With(position, indices.Shape[0]), result);
        CheckApart(nameof(IndexSelect), this, result, "the operand");
        CheckApart(nameof(IndexSelect), indices, result, "the indices");
        Around(position, out long outer, out long inner);
        Device.AxisGather(this, outer, Shape[position], inner, indices, isSame: true, result);
        return result;
    }

    /// <summary>
    /// For each place of the result, the element whose place along one axis an index says: of a matrix and axis 1, <c>result[i, j] = x[i, index[i, j]]</c>.
    /// </summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="index">Places along the axis: whole numbers from 0. Its other axes are those of this tensor, or shorter: what is beyond them is not read.</param>
    /// <param name="result">The tensor to write to, apart from both; a new one if omitted.</param>
    /// <returns>A tensor of the index's shape: <paramref name="result"/> where it was given.</returns>
    /// <remarks>The places are checked first, which on a GPU waits for the device.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">A place lies outside the axis.</exception>
    /// <exception cref="ShapeException">The index has other axes than this tensor, or a longer one; or the axis has more than 2²⁴ places, which floats do not number.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor Gather(int axis, Tensor index, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        int position = AxisOf(nameof(Gather), axis);
        CheckIndexShape(nameof(Gather), index, position);
        CheckPlaces(nameof(Gather), index, position);
        result = ResultOf(nameof(Gather), index.Shape, result);
        CheckApart(nameof(Gather), this, result, "the operand");
        CheckApart(nameof(Gather), index, result, "the index");
        Tensor x = Beginning(index.Shape.With(position, Shape[position]));
        x.Around(position, out long outer, out long inner);
        Device.AxisGather(x, outer, Shape[position], inner, index, isSame: false, result);
        return result;
    }

    /// <summary>
    /// Fills this tensor [count, …] with rows of bytes: row i becomes source[rows[first + i]] times <paramref name="scale"/>.
    /// So a dataset stays on its device as bytes, a quarter of its size as numbers.
    /// </summary>
    /// <param name="source">The bytes, row after row; a row is as long as one of this tensor's.</param>
    /// <param name="rows">Numbers of rows of <paramref name="source"/>, in the order wanted.</param>
    /// <param name="first">Where in <paramref name="rows"/> to begin.</param>
    /// <param name="scale">The factor; 1/255 takes bytes to the range from 0 to 1.</param>
    /// <exception cref="ShapeException">The tensor has no rows, or the source holds no whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are too few row numbers behind <paramref name="first"/>.</exception>
    /// <exception cref="ArgumentException">A row number lies outside the source; found on the processor only.</exception>
    /// <exception cref="DeviceException">The three live on different devices.</exception>
    public void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rows);
        if (!Device.SharesMemoryWith(source.Device) || !Device.SharesMemoryWith(rows.Device))
        {
            throw new DeviceException($"Gather: the tensor lives on {Device}, the source on {source.Device} and the row numbers on {rows.Device}; all must live on one device.");
        }

        int count = Rank == 0 ? 0 : Shape[0];
        long rowLength = count == 0 ? 0 : ElementCount / count;
        if (rowLength == 0 || source.Length % rowLength != 0)
        {
            throw new ShapeException($"Gather: the tensor has shape {Shape}, so rows of {rowLength}; the source holds {source.Length} bytes, which must be a whole number of rows.");
        }

        if (first < 0 || first > rows.Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, $"Gather: {count} row numbers from {first} were asked for; there are {rows.Length}.");
        }

        CountWrite();
        Device.Gather(source, rows, first, scale, this);
    }

    // An index for elements has all axes, none longer but the one that is indexed.
    private void CheckIndexShape(string operation, Tensor index, int axis)
    {
        bool fits = index.Rank == Rank;
        for (int other = 0; fits && other < Rank; other++)
        {
            fits = other == axis || index.Shape[other] <= Shape[other];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{operation}: the index has shape {index.Shape} and the tensor {Shape}; the index must have as many axes, and none but axis {axis} may be longer.");
        }
    }

    private void CheckPlaceCount(string operation, int axis)
    {
        if (Shape[axis] > Kernels.Cpu.ArgMax.LongestAxis)
        {
            throw new ShapeException(
                $"{operation}: axis {axis} of the tensor of shape {Shape} has {Shape[axis]} places; a float numbers at most {Kernels.Cpu.ArgMax.LongestAxis}. Take the parts of the axis one by one.");
        }
    }

    private void CheckPlaces(string operation, Tensor index, int axis)
    {
        CheckSameDevice(operation, index);
        CheckPlaceCount(operation, axis);
        int length = Shape[axis];
        Tensor areInside = Result(index.Shape, Device);
        Device.Binary<IsIndexOperator>(index, length, areInside);
        if (areInside.All().Item() == 0)
        {
            int wrong = areInside.ToArray().IndexOf(0);
            throw new ArgumentException(
                $"{operation}: element {wrong} of the index is {index.ToArray()[wrong]}; axis {axis} of the tensor of shape {Shape} has the places 0 to {length - 1}.", nameof(index));
        }
    }

    // The places from the beginning of each axis on: this tensor itself where those are all.
    private Tensor Beginning(Shape shape) => shape == Shape ? this : Copy(BeginningOf(this, shape));

    private static StridedView BeginningOf(Tensor tensor, Shape shape)
    {
        StridedView view = new(tensor);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            view = view.Slice(axis, 0, shape[axis]);
        }

        return view;
    }
}
