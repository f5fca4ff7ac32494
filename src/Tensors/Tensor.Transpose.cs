namespace Quern.Tensors;

// The transpose.
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
            throw new ShapeException($"Transpose: the tensor has shape {Shape}; only a matrix, with two axes, is transposed.{(Rank == 1 ? $" For a column, use Reshape({Shape[0]}, 1)." : string.Empty)}");
        }

        result = ResultOf(nameof(Transpose), [Shape[1], Shape[0]], result);
        CheckApart(nameof(Transpose), this, result, "the operand");
        Device.Transpose(this, result);
        return result;
    }
}
