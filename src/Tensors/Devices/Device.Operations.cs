using Quern.Kernels;

namespace Quern.Tensors;

// What a device can do. Shapes, devices and overlaps have been checked by the tensor operation of the same name: an
// override only computes. Results may be written over operands of the same shape where an operation is element-wise.
public abstract partial class Device
{
    // result[m, n] = op(left) op(right) (+ result), then the epilogue.
    internal abstract void MatMul(Tensor left, bool transposeLeft, Tensor right, bool transposeRight, Tensor result, bool accumulate, in Epilogue epilogue);

    internal abstract void Fill(Tensor result, float value);

    internal abstract void Copy(Tensor source, Tensor result);

    internal abstract void RandomUniform(Tensor result, ulong seed, ulong stream, float low, float high);

    internal abstract void RandomNormal(Tensor result, ulong seed, ulong stream, float mean, float standardDeviation);

    internal abstract void Transpose(Tensor source, Tensor result);

    internal abstract void Abs(Tensor x, Tensor result);

    internal abstract void Cos(Tensor x, Tensor result);

    internal abstract void Exp(Tensor x, Tensor result);

    internal abstract void Log(Tensor x, Tensor result);

    internal abstract void Negate(Tensor x, Tensor result);

    internal abstract void Reciprocal(Tensor x, Tensor result);

    internal abstract void Relu(Tensor x, Tensor result);

    internal abstract void Sigmoid(Tensor x, Tensor result);

    internal abstract void Sin(Tensor x, Tensor result);

    internal abstract void Sqrt(Tensor x, Tensor result);

    internal abstract void Square(Tensor x, Tensor result);

    internal abstract void Tanh(Tensor x, Tensor result);

    internal abstract void ReluBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);

    internal abstract void SigmoidBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);

    internal abstract void TanhBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);

    // The binary operations broadcast: left and right each have result's shape or one that repeats into it.
    internal abstract void Add(Tensor left, Tensor right, Tensor result);

    internal abstract void Subtract(Tensor left, Tensor right, Tensor result);

    internal abstract void Multiply(Tensor left, Tensor right, Tensor result);

    internal abstract void Divide(Tensor left, Tensor right, Tensor result);

    internal abstract void Maximum(Tensor left, Tensor right, Tensor result);

    internal abstract void Minimum(Tensor left, Tensor right, Tensor result);

    internal abstract void Power(Tensor left, Tensor right, Tensor result);

    internal abstract void Equal(Tensor left, Tensor right, Tensor result);

    internal abstract void NotEqual(Tensor left, Tensor right, Tensor result);

    internal abstract void Greater(Tensor left, Tensor right, Tensor result);

    internal abstract void GreaterOrEqual(Tensor left, Tensor right, Tensor result);

    internal abstract void Less(Tensor left, Tensor right, Tensor result);

    internal abstract void LessOrEqual(Tensor left, Tensor right, Tensor result);

    // The reductions see x as [outer, axis, inner] and write [outer, inner].
    internal abstract void Sum(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void Mean(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void Max(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void Min(Tensor x, long outer, long axis, long inner, Tensor result);

    internal abstract void ArgMax(Tensor x, long outer, long axis, long inner, Tensor result);

    // result[column] = sum over rows of matrix[row, column] (+ result).
    internal abstract void ColumnSum(Tensor matrix, Tensor result, bool accumulate);

    // loss = mean of (output - target)², one number; and where inputGradient is given, its gradient with respect to output,
    // taken on through the activation that made output (from its output, as every activation's backward pass).
    internal abstract void Mse(Tensor output, Tensor target, Tensor loss, Tensor? inputGradient, Activation activation);

    // result[i, :] = source[rows[first + i], :] * scale, for the rows of result.
    internal abstract void Gather(DeviceMemory<byte> source, DeviceMemory<int> rows, long first, float scale, Tensor result);

    // One step of Adam over all parameters at once; step counts from 1.
    internal abstract void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings, long step);

    // One step of stochastic gradient descent over all parameters at once.
    internal abstract void Sgd(ReadOnlySpan<SgdSlot> slots, in SgdSettings settings);
}
