namespace Quern.Tensors;

// Axes and places in another order.
public sealed partial class Tensor
{
    private static ReadOnlySpan<int> AllAxes => [0, 1, 2, 3, 4, 5];

    /// <summary>A copy with its axes in another order: <c>x.Permute(0, 2, 1)</c> swaps the last two of three.</summary>
    /// <param name="axes">For each axis of the result, which one of this tensor it is; a negative one counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is missing or named twice.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes) => Permute(axes, null);

    /// <inheritdoc cref="Permute(ReadOnlySpan{int})"/>
    /// <param name="axes">For each axis of the result, which one of this tensor it is; a negative one counts from the end.</param>
    /// <param name="result">The tensor to write to, apart from this tensor; a new one if null.</param>
    public Tensor Permute(ReadOnlySpan<int> axes, Tensor? result)
    {
        if (axes.Length != Rank)
        {
            throw new ArgumentException(
                $"Permute: [{string.Join(", ", axes.ToArray())}] was given for a tensor of shape {Shape}; each of its {Rank} axes must be named once.", nameof(axes));
        }

        Span<int> positions = stackalloc int[Shape.MaxRank];
        return Copy(nameof(Permute), new StridedView(this).Permute(AxesOf(nameof(Permute), axes, positions)), result);
    }

    /// <summary>A copy with some axes reversed.</summary>
    /// <param name="axes">The axes to reverse; a negative one counts from the end. All of them if none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        Span<int> positions = stackalloc int[Shape.MaxRank];
        StridedView view = new(this);
        foreach (int axis in AxesOf(nameof(Flip), axes.IsEmpty ? AllAxes[..Rank] : axes, positions))
        {
            view = view.Slice(axis, Shape[axis] - 1, Shape[axis], -1);
        }

        return Copy(view);
    }

    /// <summary>A copy with its elements moved along an axis; those that leave it at one end come in at the other.</summary>
    /// <param name="shift">By how many places, to higher ones; a negative number moves to lower ones.</param>
    /// <param name="axis">
    /// The axis, 0 being the outermost; a negative one counts from the end. If omitted, the elements are moved in their row-major order.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Roll(int shift, int? axis = null)
    {
        if (axis is not { } given)
        {
            return ElementCount == 0 ? Clone() : Reshape(-1).Roll(shift, 0).WithShape(Shape);
        }

        int position = AxisOf(nameof(Roll), given);
        Tensor result = Result(Shape, Device);
        int length = Shape[position];
        int first = length == 0 ? 0 : ((shift % length) + length) % length;
        StridedView from = new(this);
        StridedView to = new(result);
        from.Slice(position, 0, length - first).CopyTo(to.Slice(position, first, length - first));
        from.Slice(position, length - first, first).CopyTo(to.Slice(position, 0, first));
        return result;
    }
}
