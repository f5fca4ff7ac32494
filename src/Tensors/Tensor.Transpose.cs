namespace Quern.Tensors;

// Two axes in each other's place.
public sealed partial class Tensor
{
    /// <summary>The transpose of a matrix: [rows, columns] becomes [columns, rows], with memory of its own.</summary>
    /// <param name="result">The tensor to write to, apart from this tensor; a new one if omitted.</param>
    /// <remarks><see cref="MatMul(Tensor, bool, bool, Tensor?, bool)"/> takes operands transposed without this copy.</remarks>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    public Tensor Transpose(Tensor? result = null)
    {
        if (Rank != 2)
        {
            throw new ShapeException($"Transpose: the tensor has shape {Shape}; only a matrix, with two axes, is transposed.{(Rank == 1 ? $" For a column, use Reshape({Shape[0]}, 1)." : Rank > 2 ? " Say which two axes to swap: Transpose(-2, -1) transposes each matrix." : string.Empty)}");
        }

        result = ResultOf(nameof(Transpose), [Shape[1], Shape[0]], result);
        CheckApart(nameof(Transpose), this, result, "the operand");
        Device.Transpose(this, result);
        return result;
    }

    /// <summary>A copy with two axes swapped: <c>x.Transpose(-2, -1)</c> transposes each matrix of the last two axes.</summary>
    /// <param name="axis1">The one axis, 0 being the outermost; a negative one counts from the end: -1 is the innermost.</param>
    /// <param name="axis2">The other axis.</param>
    /// <param name="result">The tensor to write to, apart from this tensor; a new one if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Transpose(int axis1, int axis2, Tensor? result = null)
    {
        int first = AxisOf(nameof(Transpose), axis1);
        int second = AxisOf(nameof(Transpose), axis2);
        if (Rank == 2 && first != second)
        {
            return Transpose(result);
        }

        Span<int> axes = stackalloc int[Shape.MaxRank];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            axes[axis] = axis;
        }

        (axes[first], axes[second]) = (second, first);
        return Copy(nameof(Transpose), new StridedView(this).Permute(axes[..Rank]), result);
    }
}
