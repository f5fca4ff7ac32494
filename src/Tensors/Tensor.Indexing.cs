using System.Runtime.CompilerServices;

namespace Quern.Tensors;

// Places and ranges of any axis.
public sealed partial class Tensor
{
    /// <summary>One element; one index per axis, as in <c>tensor[0, ^1]</c>.</summary>
    /// <exception cref="ArgumentException">The number of indices is not the number of axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Elements")]
    public float this[params ReadOnlySpan<Index> indices]
    {
        get
        {
            Span<int> places = stackalloc int[Shape.MaxRank];
            return this[PlacesOf(indices, places)];
        }

        set
        {
            Span<int> places = stackalloc int[Shape.MaxRank];
            this[PlacesOf(indices, places)] = value;
        }
    }

    /// <summary>
    /// A copy of some places of each axis, as in <c>tensor[0, ..]</c> and <c>tensor[.., ..2]</c>: a place takes its axis away, a range keeps it, and
    /// axes behind the last index are kept whole. Setting it writes to this tensor; the value is broadcast to the places.
    /// </summary>
    /// <remarks>A single range, as in <c>tensor[2..5]</c>, is a view of rows instead; so is <see cref="Row(Index)"/>.</remarks>
    /// <exception cref="ArgumentException">There are more indices than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place or range leaves its axis.</exception>
    /// <exception cref="ShapeException">The value to set does not broadcast to the places.</exception>
    /// <exception cref="DeviceException">The value to set lives on another device.</exception>
    [IndexerName("Elements")]
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get => Copy(Choose(indices));
        set => Assign(Choose(indices), value);
    }

    /// <summary>A copy of the places of one axis from start to stop, as Python's <c>start:stop:step</c> chooses them.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="start">
    /// The first place; a negative one counts from the end. The beginning if omitted: the first place, or the last for a negative step.
    /// </param>
    /// <param name="stop">
    /// The place before which to stop; a negative one counts from the end. If omitted, what is taken reaches to the end of the axis, or to its first
    /// place for a negative step. A start or stop beyond the axis means its end.
    /// </param>
    /// <param name="step">From one place to the next: not 0. A negative one goes backwards.</param>
    /// <param name="result">The tensor to write to, apart from this tensor; a new one if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the step is 0.</exception>
    public Tensor Slice(int axis, int? start = null, int? stop = null, int step = 1, Tensor? result = null)
    {
        int position = AxisOf(nameof(Slice), axis);
        if (step == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), "Slice: the step is 0; give a positive one to go forwards or a negative one to go backwards.");
        }

        // Before the first place and behind the last are places to stop at, according to the direction.
        int length = Shape[position];
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? length : length - 1;
        long first = Clamp(start, step > 0 ? lowest : highest);
        long end = Clamp(stop, step > 0 ? highest : lowest);
        long distance = step > 0 ? end - first : first - end;
        int count = distance <= 0 ? 0 : (int)((distance - 1) / Math.Abs((long)step)) + 1;
        return Copy(nameof(Slice), new StridedView(this).Slice(position, (int)first, count, step), result);

        long Clamp(int? place, long otherwise) =>
            place is not { } given ? otherwise : Math.Clamp(given < 0 ? (long)given + length : given, lowest, highest);
    }

    private ReadOnlySpan<int> PlacesOf(ReadOnlySpan<Index> indices, Span<int> places)
    {
        CheckIndexCount(indices.Length);
        for (int axis = 0; axis < indices.Length; axis++)
        {
            places[axis] = indices[axis].GetOffset(Shape[axis]);
        }

        return places[..indices.Length];
    }

    private StridedView Choose(ReadOnlySpan<TensorIndex> indices)
    {
        if (indices.Length > Rank)
        {
            throw new ArgumentException($"Indexer: {indices.Length} indices were given; the tensor of shape {Shape} has {Rank} axes.", nameof(indices));
        }

        StridedView view = new(this);
        int position = 0;
        for (int axis = 0; axis < indices.Length; axis++)
        {
            TensorIndex index = indices[axis];
            if (!index.TryResolve(Shape[axis], out int start, out int count))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    $"Indexer: {index} leaves axis {axis} of a tensor of shape {Shape}, which has length {Shape[axis]}; places run from 0, and ^1 is the last.");
            }

            view = index.IsPlace ? view.At(position, start) : view.Slice(position++, start, count);
        }

        return view;
    }

    private void Assign(in StridedView places, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckSameDevice("Indexer", value);
        if (!Shape.TryBroadcast(value.Shape, places.Shape, out Shape shape) || shape != places.Shape)
        {
            throw new ShapeException($"Indexer: the value has shape {value.Shape} and the places to set {places.Shape}, to which it must broadcast.");
        }

        CountWrite();
        Tensor apart = value.Overlaps(this) ? value.Clone() : value;
        new StridedView(apart).Expand(shape).CopyTo(places);
    }

    // The elements of a view as a tensor.
    private Tensor Copy(in StridedView view)
    {
        Tensor copy = Result(view.Shape, Device);
        view.CopyTo(new StridedView(copy));
        return copy;
    }

    private Tensor Copy(string operation, in StridedView view, Tensor? result)
    {
        result = ResultOf(operation, view.Shape, result);
        CheckApart(operation, this, result, "the operand");
        view.CopyTo(new StridedView(result));
        return result;
    }
}
