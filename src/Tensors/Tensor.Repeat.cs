namespace Quern.Tensors;

// Larger tensors of the same elements.
public sealed partial class Tensor
{
    /// <summary>A copy in a larger shape, to which this one is broadcast: axes of length 1 repeat, and new ones come in front.</summary>
    /// <param name="axes">The lengths; -1 keeps that of an axis.</param>
    /// <remarks>Operations of two tensors broadcast by themselves, without this copy.</remarks>
    /// <exception cref="ShapeException">This shape does not broadcast to the larger one.</exception>
    public Tensor Expand(params ReadOnlySpan<int> axes)
    {
        int added = axes.Length - Rank;
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        bool fits = added >= 0 && axes.Length <= Shape.MaxRank;
        for (int axis = 0; fits && axis < axes.Length; axis++)
        {
            int length = axis < added ? 1 : Shape[axis - added];
            lengths[axis] = axes[axis] == -1 && axis >= added ? length : axes[axis];
            fits = lengths[axis] >= 0 && (length == 1 || lengths[axis] == length);
        }

        if (!fits)
        {
            throw new ShapeException(
                $"Expand: the tensor of shape {Shape} does not broadcast to [{string.Join(", ", axes.ToArray())}]; aligned at the last axis, each of its lengths must be kept or be 1.");
        }

        return Copy(new StridedView(this).Expand(Shape.Create(lengths[..axes.Length])));
    }

    /// <summary>A copy that holds this tensor several times along each axis: <c>x.Repeat(2, 3)</c> of shape [a, b] has shape [2 a, 3 b].</summary>
    /// <param name="repeats">How often, for each axis: zero or more. With more of them than axes, new axes come in front.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ShapeException">There are fewer numbers than axes, or more than six.</exception>
    public Tensor Repeat(params ReadOnlySpan<int> repeats)
    {
        if (repeats.Length < Rank)
        {
            throw new ShapeException($"Repeat: {repeats.Length} numbers were given; the tensor of shape {Shape} takes at least {Rank}, one for each axis.");
        }

        Shape shape = Shape;
        while (shape.Rank < repeats.Length)
        {
            shape = shape.Insert(0, 1);
        }

        // From the innermost axis on, so that what is copied several times is small.
        Tensor tensor = WithShape(shape);
        for (int axis = repeats.Length - 1; axis >= 0; axis--)
        {
            int times = repeats[axis];
            if (times < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(repeats), $"Repeat: axis {axis} is to be repeated {times} times; it must be zero or more.");
            }

            if (times != 1)
            {
                int outer = 1;
                for (int before = 0; before < axis; before++)
                {
                    outer *= tensor.Shape[before];
                }

                int block = outer == 0 ? 0 : (int)(tensor.ElementCount / outer);
                Tensor repeated = Result(tensor.Shape.With(axis, checked(tensor.Shape[axis] * times)), Device);
                new StridedView(tensor.Reshape(outer, 1, block)).Expand([outer, times, block]).CopyTo(new StridedView(repeated.Reshape(outer, times, block)));
                tensor = repeated;
            }
        }

        return ReferenceEquals(tensor.Memory, Memory) ? tensor.Clone() : tensor;
    }

    /// <summary>A copy with a number before and behind the elements of each axis.</summary>
    /// <param name="padding">
    /// How many before and how many behind, in pairs: the first pair is that of the innermost axis, the second that of the next, as in PyTorch.
    /// Axes without a pair keep their length. A negative number takes places away.
    /// </param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The padding does not consist of pairs.</exception>
    /// <exception cref="ShapeException">There are more pairs than axes, or an axis would have a negative length.</exception>
    public Tensor Pad(ReadOnlySpan<int> padding, double value = 0)
    {
        if (padding.Length % 2 != 0)
        {
            throw new ArgumentException($"Pad: {padding.Length} numbers were given; they must be pairs of before and behind, the innermost axis first.", nameof(padding));
        }

        if (padding.Length > 2 * Rank)
        {
            throw new ShapeException($"Pad: {padding.Length / 2} pairs were given; the tensor of shape {Shape} has {Rank} axes.");
        }

        Shape shape = Shape;
        for (int pair = 0; pair < padding.Length / 2; pair++)
        {
            int axis = Rank - 1 - pair;
            long length = (long)Shape[axis] + padding[2 * pair] + padding[(2 * pair) + 1];
            if (length is < 0 or > int.MaxValue)
            {
                throw new ShapeException(
                    $"Pad: axis {axis} of the tensor of shape {Shape} would have length {length} with {padding[2 * pair]} before and {padding[(2 * pair) + 1]} behind.");
            }

            shape = shape.With(axis, (int)length);
        }

        Tensor result = Full(shape, value, Device);
        StridedView from = new(this);
        StridedView to = new(result);
        for (int pair = 0; pair < padding.Length / 2; pair++)
        {
            int axis = Rank - 1 - pair;
            (int before, int behind) = (padding[2 * pair], padding[(2 * pair) + 1]);
            int kept = Math.Max(0, Shape[axis] - Math.Max(0, -before) - Math.Max(0, -behind));
            from = from.Slice(axis, Math.Max(0, -before), kept);
            to = to.Slice(axis, Math.Max(0, before), kept);
        }

        from.CopyTo(to);
        return result;
    }
}
