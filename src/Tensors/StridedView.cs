using System.Runtime.CompilerServices;
using Quern.Kernels;

namespace Quern.Tensors;

/// <summary>
/// The elements of a tensor at regular places, in any order: what indexing, permuting and joining read from or write to. Tensors
/// themselves are contiguous; the way from a view to a tensor is <see cref="CopyTo"/>.
/// </summary>
internal struct StridedView
{
    private readonly Tensor _tensor;
    private Strides _strides;
    private int _offset;

    /// <summary>All elements of a tensor in their order.</summary>
    public StridedView(Tensor tensor)
    {
        _tensor = tensor;
        Shape = tensor.Shape;
        int stride = 1;
        for (int axis = Shape.Rank - 1; axis >= 0; axis--)
        {
            _strides[axis] = stride;
            stride = unchecked(stride * Shape[axis]);
        }
    }

    /// <summary>The lengths of the axes.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The axes in another order.</summary>
    /// <param name="axes">For each axis of the result, which one it is.</param>
    public readonly StridedView Permute(ReadOnlySpan<int> axes)
    {
        StridedView view = this;
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            lengths[axis] = Shape[axes[axis]];
            view._strides[axis] = _strides[axes[axis]];
        }

        view.Shape = Shape.Create(lengths[..axes.Length]);
        return view;
    }

    /// <summary>Some places of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="start">The first place.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="step">From one to the next; negative to go backwards.</param>
    public readonly StridedView Slice(int axis, int start, int count, int step = 1)
    {
        StridedView view = this;
        view.Shape = Shape.With(axis, count);
        if (count > 0)
        {
            view._offset += start * _strides[axis];
        }

        if (count > 1)
        {
            view._strides[axis] *= step;
        }

        return view;
    }

    /// <summary>One place of an axis, without the axis.</summary>
    public readonly StridedView At(int axis, int place)
    {
        StridedView view = Slice(axis, place, 1);
        view.Shape = Shape.Without(axis);
        ReadOnlySpan<int> behind = ((ReadOnlySpan<int>)_strides)[(axis + 1)..];
        behind.CopyTo(((Span<int>)view._strides)[axis..]);
        return view;
    }

    /// <summary>The axes aligned at the innermost, each of length 1, or missing, repeated.</summary>
    /// <param name="shape">A shape that this one broadcasts to.</param>
    public readonly StridedView Expand(Shape shape)
    {
        StridedView view = this;
        view.Shape = shape;
        int missing = shape.Rank - Shape.Rank;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            view._strides[axis] = axis < missing || Shape[axis - missing] == 1 ? 0 : _strides[axis - missing];
        }

        return view;
    }

    /// <summary>Steps along two axes at once, as a last axis.</summary>
    /// <param name="axis">The one axis.</param>
    /// <param name="other">The other axis.</param>
    /// <param name="count">How many steps there are.</param>
    public readonly StridedView Diagonal(int axis, int other, int count)
    {
        int stride = _strides[axis] + _strides[other];
        StridedView view = At(Math.Max(axis, other), 0).At(Math.Min(axis, other), 0);
        int rank = view.Shape.Rank;
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        view.Shape.CopyTo(lengths);
        lengths[rank] = count;
        view.Shape = Shape.Create(lengths[..(rank + 1)]);
        view._strides[rank] = stride;
        return view;
    }

    /// <summary>Writes the elements to places of a tensor on the same device that does not overlap this one.</summary>
    /// <param name="destination">As many places, in a shape that this one has.</param>
    public readonly void CopyTo(in StridedView destination)
    {
        PairWalk walk = new(_offset, destination._offset);
        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            walk.Add(Shape[axis], _strides[axis], destination._strides[axis]);
        }

        _tensor.Device.StridedCopy(_tensor, destination._tensor, walk);
    }

    [InlineArray(Shape.MaxRank)]
    private struct Strides
    {
        private int _first;
    }
}
