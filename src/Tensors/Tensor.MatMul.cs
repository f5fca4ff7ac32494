using Quern.Kernels;

namespace Quern.Tensors;

// The matrix product.
public sealed partial class Tensor
{
    /// <summary>The matrix product of this tensor [m, k] and another [k, n]: a tensor [m, n].</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="transposeLeft">This tensor is [k, m] and is taken transposed; nothing is copied for it.</param>
    /// <param name="transposeRight">The right operand is [n, k] and is taken transposed; nothing is copied for it.</param>
    /// <param name="result">The tensor to write the product to, of shape [m, n] and apart from the operands; a new one if omitted.</param>
    /// <param name="accumulate">Adds the product to what <paramref name="result"/> holds.</param>
    /// <returns>The product: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">An operand is not a matrix, or the inner axes differ.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor MatMul(Tensor right, bool transposeLeft = false, bool transposeRight = false, Tensor? result = null, bool accumulate = false) =>
        MatMul(this, transposeLeft, right, transposeRight, result, accumulate, default, null, false);

    internal static Tensor MatMul(
        Tensor left,
        bool transposeLeft,
        Tensor right,
        bool transposeRight,
        Tensor? result,
        bool accumulate,
        in Epilogue<Tensor> epilogue,
        Tensor? leftSums = null,
        bool accumulateSums = false)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank != 2 || right.Rank != 2)
        {
            throw new ShapeException(
                $"MatMul: the left operand has shape {left.Shape} and the right {right.Shape}; both must be matrices, with two axes.{MatricesRemedy(left.Shape, transposeLeft, right.Shape, transposeRight)}");
        }

        int rows = left.Shape[transposeLeft ? 1 : 0];
        int inner = left.Shape[transposeLeft ? 0 : 1];
        int rightInner = right.Shape[transposeRight ? 1 : 0];
        int columns = right.Shape[transposeRight ? 0 : 1];
        if (inner != rightInner)
        {
            throw InnerAxesDiffer(left.Shape, transposeLeft, right.Shape, transposeRight, inner, rightInner);
        }

        if (accumulate && result is null)
        {
            throw new ArgumentNullException(nameof(result), "MatMul: accumulate adds to result, and none was given.");
        }

        left.CheckSameDevice(nameof(MatMul), right);
        result = left.ResultOf(nameof(MatMul), [rows, columns], result);
        CheckApart(nameof(MatMul), left, result, "the left operand");
        CheckApart(nameof(MatMul), right, result, "the right operand");
        left.Device.MatMul(left, transposeLeft, right, transposeRight, result, accumulate, epilogue, leftSums, accumulateSums);
        return result;
    }

    // What makes matrices of operands whose lengths fit already.
    private static string MatricesRemedy(Shape left, bool transposeLeft, Shape right, bool transposeRight)
    {
        if (transposeLeft || transposeRight)
        {
            return string.Empty;
        }

        return (left.Rank, right.Rank) switch
        {
            (1, 1) when left == right => " For the product of two vectors, use (left * right).Sum().",
            (2, 1) when left[1] == right[0] => $" Use Reshape({right[0]}, 1) on the right.",
            (1, 2) when left[0] == right[0] => $" Use Reshape(1, {left[0]}) on the left.",
            ( > 2, 2) when left[^1] == right[0] => $" Use Reshape(-1, {right[0]}) on the left.",
            _ => string.Empty,
        };
    }

    private static ShapeException InnerAxesDiffer(Shape left, bool transposeLeft, Shape right, bool transposeRight, int inner, int rightInner)
    {
        string leftAxis = transposeLeft ? "first (transposed)" : "last";
        string rightAxis = transposeRight ? "last (transposed)" : "first";
        string hint = (left[transposeLeft ? 0 : 1] == right[transposeRight ? 0 : 1], left[transposeLeft ? 1 : 0] == right[transposeRight ? 1 : 0]) switch
        {
            (true, _) => $" Did you mean transposeRight: {(transposeRight ? "false" : "true")}?",
            (_, true) => $" Did you mean transposeLeft: {(transposeLeft ? "false" : "true")}?",
            _ => string.Empty,
        };
        return new ShapeException(
            $"MatMul: the left operand has shape {left} and the right {right}; the left's {leftAxis} axis ({inner}) must equal the right's {rightAxis} ({rightInner}).{hint}");
    }
}
