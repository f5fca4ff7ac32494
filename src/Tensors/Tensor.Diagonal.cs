using Quern.Kernels.Operators;

namespace Quern.Tensors;

// Diagonals and what lies on either side.
public sealed partial class Tensor
{
    /// <summary>A copy of the diagonal of two axes, as the innermost axis of the result; the other axes come before it.</summary>
    /// <param name="offset">Which diagonal: 0 is the main one, 1 the next above it, -1 the next below.</param>
    /// <param name="axis1">The axis of the rows; a negative one counts from the end.</param>
    /// <param name="axis2">The axis of the columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">Both axes are the same.</exception>
    public Tensor Diagonal(int offset = 0, int axis1 = 0, int axis2 = 1)
    {
        Span<int> positions = stackalloc int[Shape.MaxRank];
        ReadOnlySpan<int> axes = AxesOf(nameof(Diagonal), [axis1, axis2], positions);
        (int rows, int columns) = (axes[0], axes[1]);

        // A diagonal above begins in a later column, one below in a later row.
        int rowStart = (int)Math.Min(Math.Max(0L, -(long)offset), Shape[rows]);
        int columnStart = Math.Min(Math.Max(0, offset), Shape[columns]);
        StridedView view = new StridedView(this)
            .Slice(rows, rowStart, Shape[rows] - rowStart)
            .Slice(columns, columnStart, Shape[columns] - columnStart);
        return Copy(view.Diagonal(rows, columns, Math.Min(Shape[rows] - rowStart, Shape[columns] - columnStart)));
    }

    /// <summary>A copy of the lower triangle of each matrix of the last two axes, with zeros above it.</summary>
    /// <param name="diagonal">The last diagonal to keep: 0 is the main one, 1 the next above it, -1 the next below.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public Tensor Tril(int diagonal = 0)
    {
        Triangle(nameof(Tril), diagonal, out Tensor rows, out Tensor columns);
        return Keep(nameof(Tril), columns <= rows);
    }

    /// <summary>A copy of the upper triangle of each matrix of the last two axes, with zeros below it.</summary>
    /// <param name="diagonal">The first diagonal to keep: 0 is the main one, 1 the next above it, -1 the next below.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public Tensor Triu(int diagonal = 0)
    {
        Triangle(nameof(Triu), diagonal, out Tensor rows, out Tensor columns);
        return Keep(nameof(Triu), columns >= rows);
    }

    // The column of the diagonal in each row, and each column.
    private void Triangle(string operation, int diagonal, out Tensor rows, out Tensor columns)
    {
        if (Rank < 2)
        {
            throw new ShapeException($"{operation}: the tensor has shape {Shape}; a triangle takes at least two axes, the last two being those of the matrices.");
        }

        // Further out there is nothing more to keep or to leave.
        int first = Math.Clamp(diagonal, -Shape[^2], Shape[^1]);
        rows = Arange(first, (double)first + Shape[^2], device: Device).Reshape(-1, 1);
        columns = Arange(Shape[^1], Device);
    }

    // The gradient of Relu is what lets through, or not, whatever there is: NaN and infinities too.
    private Tensor Keep(string operation, Tensor mask) => Binary<ReluGradientOperator>(operation, mask, null);
}
