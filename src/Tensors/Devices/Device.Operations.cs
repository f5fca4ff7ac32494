using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Tensors;

// What a device can do. Shapes, devices and overlaps have been checked by the tensor operation of the same name: an
// override only computes. Results may be written over operands of the same shape where an operation is element-wise.
public abstract partial class Device
{
    // result[m, n] = op(left) op(right) (+ result), then the epilogue. leftSums[m] = the sums of op(left)'s rows (+ leftSums): the bias gradient,
    // beside the weight's. The left operand is then given transposed.
    internal abstract void MatMul(
        Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate, in Epilogue<Tensor> epilogue,
        Tensor? leftSums = null, bool accumulateSums = false);

    internal abstract void Fill(Tensor result, float value);

    internal abstract void Copy(Tensor source, Tensor result);

    internal abstract void RandomUniform(Tensor result, ulong seed, ulong stream, float low, float high);

    internal abstract void RandomNormal(Tensor result, ulong seed, ulong stream, float mean, float standardDeviation);

    internal abstract void Transpose(Tensor source, Tensor result);

    internal abstract void Unary<TOperator>(Tensor x, Tensor result)
        where TOperator : struct, IUnaryOperator;

    // The binary operations broadcast: left and right each have result's shape or one that repeats into it.
    internal abstract void Binary<TOperator>(Tensor left, Tensor right, Tensor result)
        where TOperator : struct, IBinaryOperator;

    internal abstract void Binary<TOperator>(Tensor left, float right, Tensor result)
        where TOperator : struct, IBinaryOperator;

    internal abstract void Binary<TOperator>(float left, Tensor right, Tensor result)
        where TOperator : struct, IBinaryOperator;

    // All of one shape, with one third operand for all elements.
    internal abstract void Ternary<TOperator>(Tensor first, Tensor second, float third, Tensor result)
        where TOperator : struct, ITernaryOperator;

    // All of one shape.
    internal abstract void Ternary<TOperator>(Tensor first, Tensor second, Tensor third, Tensor result)
        where TOperator : struct, ITernaryOperator;

    // The reductions see x as [outer, axis, inner] and write [outer, inner].
    internal abstract void Sum(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void Mean(Tensor x, long outer, long axis, long inner, Tensor result);

    // The operator's identity along an empty axis.
    internal abstract void Fold<TOperator>(Tensor x, long outer, long axis, long inner, Tensor result)
        where TOperator : struct, IFoldOperator;

    internal abstract void ArgMax(Tensor x, long outer, long axis, long inner, Tensor result);

    // result[column] = sum over rows of matrix[row, column] (+ result).
    internal abstract void ColumnSum(Tensor matrix, Tensor result, bool accumulate);

    // result[i, :] = source[rows[first + i], :] * scale, for the rows of result.
    internal abstract void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale, Tensor result);

    // One step of an optimizer over all parameters at once.
    internal abstract void Update<TUpdate>(ReadOnlySpan<UpdateSlot> slots, ReadOnlySpan<float> coefficients)
        where TUpdate : struct, IUpdateOperator;
}
