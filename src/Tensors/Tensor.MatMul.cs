using Quern.Kernels;

namespace Quern.Tensors;

// The matrix product.
public sealed partial class Tensor
{
    /// <summary>
    /// The matrix product of this tensor [m, k] and another [k, n]: a tensor [m, n]. With more axes, the last two are those of the matrices,
    /// and the axes before them broadcast. A tensor with one axis is a row on the left and a column on the right, whose axis the product leaves out.
    /// </summary>
    /// <param name="right">The right operand.</param>
    /// <param name="transposeLeft">
    /// The matrices of this tensor are [k, m] and are taken transposed; nothing is copied for it. Without meaning for a single axis.
    /// </param>
    /// <param name="transposeRight">The matrices of the right operand are [n, k] and are taken transposed; nothing is copied for it.</param>
    /// <param name="result">The tensor to write the product to, of its shape and apart from the operands; a new one if omitted.</param>
    /// <param name="accumulate">Adds the product to what <paramref name="result"/> holds.</param>
    /// <returns>The product: <paramref name="result"/> where it was given.</returns>
    /// <exception cref="ShapeException">An operand is a single number, the inner axes differ, or the leading ones do not broadcast.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor MatMul(Tensor right, bool transposeLeft = false, bool transposeRight = false, Tensor? result = null, bool accumulate = false)
    {
        ArgumentNullException.ThrowIfNull(right);
        return Rank == 2 && right.Rank == 2
            ? MatMul(this, transposeLeft, right, transposeRight, result, accumulate, default)
            : BatchedMatMul(this, transposeLeft, right, transposeRight, result, accumulate);
    }

    /// <summary>The product of each element of this vector and each of another: [m] and [n] give [m, n].</summary>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The tensor to write to, of shape [m, n] and apart from the operands; a new one if omitted.</param>
    /// <exception cref="ShapeException">An operand has not one axis.</exception>
    /// <exception cref="DeviceException">The tensors live on different devices.</exception>
    public Tensor Outer(Tensor right, Tensor? result = null)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Rank != 1 || right.Rank != 1)
        {
            throw new ShapeException($"Outer: the left operand has shape {Shape} and the right {right.Shape}; both must have one axis. Flatten makes one of several.");
        }

        return Reshape(-1, 1).Multiply(right, result);
    }

    // Of matrices, with what is done to the product before it is stored.
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
        (int rows, int inner) = MatrixOf(left.Shape, transposeLeft);
        (int rightInner, int columns) = MatrixOf(right.Shape, transposeRight);
        if (inner != rightInner)
        {
            throw InnerAxesDiffer(left.Shape, transposeLeft, right.Shape, transposeRight, inner, rightInner);
        }

        result = ProductResult(left, right, [rows, columns], result, accumulate);
        left.Device.MatMul(left, transposeLeft, right, transposeRight, result, accumulate, epilogue, leftSums, accumulateSums);
        return result;
    }

    private static Tensor BatchedMatMul(Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor? result, bool accumulate)
    {
        if (left.Rank == 0 || right.Rank == 0)
        {
            throw new ShapeException(
                $"MatMul: the left operand has shape {left.Shape} and the right {right.Shape}; both must have at least one axis. To multiply by a number, use *.");
        }

        transposeLeft &= left.Rank > 1;
        transposeRight &= right.Rank > 1;
        (int m, int k) = left.Rank == 1 ? (1, left.Shape[0]) : MatrixOf(left.Shape, transposeLeft);
        (int rightInner, int n) = right.Rank == 1 ? (right.Shape[0], 1) : MatrixOf(right.Shape, transposeRight);
        if (k != rightInner)
        {
            throw InnerAxesDiffer(left.Shape, transposeLeft, right.Shape, transposeRight, k, rightInner);
        }

        Span<int> leftAxes = stackalloc int[Shape.MaxRank];
        Span<int> rightAxes = stackalloc int[Shape.MaxRank];
        Span<int> axes = stackalloc int[Shape.MaxRank];
        leftAxes = LeadingAxes(left.Shape, leftAxes);
        rightAxes = LeadingAxes(right.Shape, rightAxes);
        if (!Shape.TryBroadcast(Shape.Create(leftAxes), Shape.Create(rightAxes), out Shape batch))
        {
            throw new ShapeException(
                $"MatMul: the left operand has shape {left.Shape} and the right {right.Shape}; the axes before those of the matrices must broadcast: aligned at the last of them, each pair of lengths must be equal or one of them 1.");
        }

        int rank = batch.CopyTo(axes).Length;
        PairWalk matrices = PairWalk.Broadcast(leftAxes, rightAxes, axes[..rank]);
        if (left.Rank > 1)
        {
            axes[rank++] = m;
        }

        if (right.Rank > 1)
        {
            axes[rank++] = n;
        }

        result = ProductResult(left, right, Shape.Create(axes[..rank]), result, accumulate);

        // Matrices that meet the same one are a single taller one.
        if (!transposeLeft && matrices.AxisCount == 1 && matrices.FirstStrides[0] == 1 && matrices.SecondStrides[0] == 0)
        {
            m *= matrices.Count;
            matrices = new PairWalk(0, 0);
        }

        left.Device.BatchedMatMul(matrices, m, n, k, left, transposeLeft, right, transposeRight, result, accumulate);
        return result;
    }

    private static Tensor ProductResult(Tensor left, Tensor right, Shape shape, Tensor? result, bool accumulate)
    {
        if (accumulate && result is null)
        {
            throw new ArgumentNullException(nameof(result), "MatMul: accumulate adds to result, and none was given.");
        }

        left.CheckSameDevice(nameof(MatMul), right);
        result = left.ResultOf(nameof(MatMul), shape, result);
        CheckApart(nameof(MatMul), left, result, "the left operand");
        CheckApart(nameof(MatMul), right, result, "the right operand");
        return result;
    }

    // Rows and columns of the matrices as they are taken.
    private static (int Rows, int Columns) MatrixOf(Shape shape, bool transpose) => transpose ? (shape[^1], shape[^2]) : (shape[^2], shape[^1]);

    private static Span<int> LeadingAxes(Shape shape, Span<int> axes) => shape.CopyTo(axes)[..Math.Max(0, shape.Rank - 2)];

    private static ShapeException InnerAxesDiffer(Shape left, bool transposeLeft, Shape right, bool transposeRight, int inner, int rightInner)
    {
        string hint = string.Empty;
        if (left.Rank > 1 && right.Rank > 1)
        {
            hint = (MatrixOf(left, transposeLeft).Columns == MatrixOf(right, transposeRight).Columns, MatrixOf(left, transposeLeft).Rows == rightInner) switch
            {
                (true, _) => $" Did you mean transposeRight: {(transposeRight ? "false" : "true")}?",
                (_, true) => $" Did you mean transposeLeft: {(transposeLeft ? "false" : "true")}?",
                _ => string.Empty,
            };
        }

        string leftAxis = left.Rank == 1 ? "only" : transposeLeft ? $"{RowAxis(left)} (transposed)" : "last";
        string rightAxis = right.Rank == 1 ? "only" : transposeRight ? "last (transposed)" : RowAxis(right);
        return new ShapeException(
            $"MatMul: the left operand has shape {left} and the right {right}; the left's {leftAxis} axis ({inner}) must equal the right's {rightAxis} ({rightInner}).{hint}");

        static string RowAxis(Shape shape) => shape.Rank == 2 ? "first" : "last but one";
    }
}
