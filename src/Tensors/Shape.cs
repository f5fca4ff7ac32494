using System.Collections;
using System.Runtime.CompilerServices;

namespace Quern.Tensors;

/// <summary>
/// The lengths of a tensor's axes, outermost first: at most <see cref="MaxRank"/> of them, each zero or more.
/// Written as a collection expression: <c>Shape shape = [128, 784];</c>. The empty shape is that of a single number.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxRank = 6;

    private readonly AxisLengths _axes;

    private Shape(ReadOnlySpan<int> axes)
    {
        if (axes.Length > MaxRank)
        {
            throw new ShapeException(
                $"Shape: {axes.Length} axes were given; a tensor has at most {MaxRank}. Merge axes with a product of their lengths.");
        }

        long count = 1;
        bool empty = false;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            int length = axes[axis];
            if (length < 0)
            {
                throw new ShapeException(
                    $"Shape: axis {axis} has length {length}; a length is zero or more. Only Reshape takes -1, for the axis it is to work out.");
            }

            // An axis of length 0 leaves no elements, yet the others must have a product: leaving an axis out never overflows.
            if (length > 0 && count > long.MaxValue / length)
            {
                throw new ShapeException($"Shape: [{string.Join(", ", axes.ToArray())}] has more than {long.MaxValue} elements. Use a smaller shape.");
            }

            _axes[axis] = length;
            count *= Math.Max(1, length);
            empty |= length == 0;
        }

        Rank = axes.Length;
        ElementCount = empty ? 0 : count;
    }

    /// <summary>The number of axes: 0 (a single number) to 6.</summary>
    public int Rank { get; }

    /// <summary>The product of the lengths: how many numbers a tensor of this shape holds.</summary>
    public long ElementCount => Rank == 0 ? 1 : field;

    /// <summary>The length of one axis; <c>shape[^1]</c> is the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[Index axis] => this[axis.GetOffset(Rank)];

    /// <summary>The length of one axis, 0 being the outermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[int axis]
    {
        get
        {
            if ((uint)axis >= (uint)Rank)
            {
                throw new ArgumentOutOfRangeException(nameof(axis), axis, $"Shape: {this} has {Rank} axes, numbered from 0.");
            }

            return _axes[axis];
        }
    }

    /// <summary>Makes a shape; collection expressions call this.</summary>
    /// <param name="axes">The lengths, outermost first.</param>
    /// <exception cref="ShapeException">There are more than six axes, a negative length, or the element count overflows a <see cref="long"/>.</exception>
    public static Shape Create(ReadOnlySpan<int> axes) => new(axes);

    /// <summary>Makes a shape from an array.</summary>
    public static implicit operator Shape(int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return new(axes);
    }

    /// <summary>Whether two shapes have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The lengths as an array.</summary>
    public int[] ToArray()
    {
        int[] axes = new int[Rank];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            axes[axis] = _axes[axis];
        }

        return axes;
    }

    /// <summary>The same shape with one axis replaced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Shape With(Index axis, int length)
    {
        int position = axis.GetOffset(Rank);
        _ = this[position];
        Span<int> axes = stackalloc int[MaxRank];
        axes = CopyTo(axes);
        axes[position] = length;
        return new Shape(axes);
    }

    /// <summary>The same shape without one axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Shape Without(Index axis)
    {
        int position = axis.GetOffset(Rank);
        _ = this[position];
        Span<int> axes = stackalloc int[MaxRank];
        CopyTo(axes);
        axes[(position + 1)..].CopyTo(axes[position..]);
        return new Shape(axes[..(Rank - 1)]);
    }

    // The same shape with an axis more, before the one at a position, or behind the last.
    internal Shape Insert(int position, int length)
    {
        Span<int> axes = stackalloc int[MaxRank + 1];
        CopyTo(axes);
        axes[position..Rank].CopyTo(axes[(position + 1)..]);
        axes[position] = length;
        return Create(axes[..(Rank + 1)]);
    }

    /// <summary>
    /// The shape that two shapes broadcast to, by NumPy's rule: axes are aligned at the innermost, and a missing axis or
    /// one of length 1 repeats. False when some pair of lengths differs and neither is 1.
    /// </summary>
    public static bool TryBroadcast(Shape left, Shape right, out Shape result)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> axes = stackalloc int[MaxRank];
        result = default;
        for (int fromEnd = 1; fromEnd <= rank; fromEnd++)
        {
            int leftLength = fromEnd <= left.Rank ? left._axes[left.Rank - fromEnd] : 1;
            int rightLength = fromEnd <= right.Rank ? right._axes[right.Rank - fromEnd] : 1;
            if (leftLength != rightLength && leftLength != 1 && rightLength != 1)
            {
                return false;
            }

            axes[rank - fromEnd] = leftLength == 1 ? rightLength : leftLength;
        }

        result = new Shape(axes[..rank]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (Rank != other.Rank)
        {
            return false;
        }

        for (int axis = 0; axis < Rank; axis++)
        {
            if (_axes[axis] != other._axes[axis])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        for (int axis = 0; axis < Rank; axis++)
        {
            hash.Add(_axes[axis]);
        }

        return hash.ToHashCode();
    }

    /// <summary>The lengths in brackets: <c>[128, 784]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", ToArray())}]";

    /// <summary>The lengths, outermost first.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Copies the lengths to the beginning of a span of MaxRank and returns that beginning.
    internal Span<int> CopyTo(Span<int> axes)
    {
        ((ReadOnlySpan<int>)_axes)[..Rank].CopyTo(axes);
        return axes[..Rank];
    }

    [InlineArray(MaxRank)]
    private struct AxisLengths
    {
        private int _first;
    }
}
