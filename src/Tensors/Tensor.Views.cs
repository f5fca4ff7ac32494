namespace Quern.Tensors;

// Other shapes of the same memory.
public sealed partial class Tensor
{
    /// <summary>A view of one row (an entry of the outermost axis), without that axis; it shares memory with this tensor.</summary>
    /// <param name="index">The row's number, from 0; <c>Row(^1)</c> is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShapeException">The tensor has no axis.</exception>
    public Tensor Row(Index index) => Row(Rank == 0 ? 0 : index.GetOffset(Shape[0]));

    /// <inheritdoc cref="Row(Index)"/>
    public Tensor Row(int index)
    {
        CheckHasRows(nameof(Row));
        if ((uint)index >= (uint)Shape[0])
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), $"Row: row {index} was asked for; the tensor of shape {Shape} has {Shape[0]}, numbered from 0.");
        }

        return new Tensor(Memory, Offset + (index * (ElementCount / Shape[0])), Shape.Without(0));
    }

    /// <summary>
    /// The rows (entries of the outermost axis) one after the other, each a view without that axis: <c>foreach (Tensor row in tensor)</c>.
    /// </summary>
    /// <exception cref="ShapeException">The tensor has no axis.</exception>
    public IEnumerator<Tensor> GetEnumerator()
    {
        CheckHasRows("foreach");
        return Enumerate();

        IEnumerator<Tensor> Enumerate()
        {
            for (int i = 0; i < Shape[0]; i++)
            {
                yield return Row(i);
            }
        }
    }

    /// <summary>A view without the axes of length 1; it shares memory with this tensor.</summary>
    public Tensor Squeeze()
    {
        Span<int> axes = stackalloc int[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < Rank; axis++)
        {
            if (Shape[axis] != 1)
            {
                axes[count++] = Shape[axis];
            }
        }

        return WithShape(Shape.Create(axes[..count]));
    }

    /// <summary>A view without one axis, if that has length 1; otherwise of the same shape. It shares memory with this tensor.</summary>
    /// <param name="axis">The axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Squeeze(int axis)
    {
        int position = AxisOf(nameof(Squeeze), axis);
        return WithShape(Shape[position] == 1 ? Shape.Without(position) : Shape);
    }

    /// <summary>A view with one more axis, of length 1; it shares memory with this tensor.</summary>
    /// <param name="axis">Which axis of the view the new one is: 0 is the outermost, -1 the innermost.</param>
    /// <exception cref="ArgumentOutOfRangeException">The view has no such axis.</exception>
    /// <exception cref="ShapeException">The tensor has six axes already.</exception>
    public Tensor Unsqueeze(int axis)
    {
        int position = axis < 0 ? axis + Rank + 1 : axis;
        if ((uint)position > (uint)Rank)
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis),
                $"Unsqueeze: a tensor of shape {Shape} takes a new axis from 0 to {Rank}, or from -1, behind the last, to {-Rank - 1}; {axis} was given.");
        }

        return WithShape(Shape.Insert(position, 1));
    }

    /// <summary>A view with several neighbouring axes as one; it shares memory with this tensor. A single number becomes a tensor [1].</summary>
    /// <param name="startAxis">The first of the axes, 0 being the outermost; a negative one counts from the end.</param>
    /// <param name="endAxis">The last of the axes: -1 is the innermost.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the last lies before the first.</exception>
    public Tensor Flatten(int startAxis = 0, int endAxis = -1)
    {
        if (Rank == 0 && startAxis is 0 or -1 && endAxis is 0 or -1)
        {
            return Reshape(1);
        }

        int start = AxisOf(nameof(Flatten), startAxis);
        int end = AxisOf(nameof(Flatten), endAxis);
        if (end < start)
        {
            throw new ArgumentOutOfRangeException(
                nameof(endAxis), $"Flatten: the axes from {startAxis} to {endAxis} of a tensor of shape {Shape} were asked for; the last lies before the first.");
        }

        Span<int> axes = stackalloc int[Shape.MaxRank];
        axes = Shape.CopyTo(axes);
        int length = 1;
        foreach (int merged in axes[start..(end + 1)])
        {
            length = checked(length * merged);
        }

        axes[start] = length;
        axes[(end + 1)..].CopyTo(axes[(start + 1)..]);
        return Reshape(axes[..(Rank - (end - start))]);
    }

    // A view in a shape of as many elements.
    internal Tensor WithShape(Shape shape) => new(Memory, Offset, shape);

    private void CheckHasRows(string operation)
    {
        if (Rank == 0)
        {
            throw new ShapeException($"{operation}: the tensor is a single number, of shape []; only a tensor with an axis has rows.");
        }
    }
}
