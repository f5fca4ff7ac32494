using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The maximum over a moving window: x[batch, channels, height, width] to y[batch, channels, height', width'], with
/// height' = ⌊(height + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1; the width likewise. Padding does not count.
/// </summary>
/// <remarks>Backward: the gradient of each output goes to the number that was the greatest, to the first of several.</remarks>
public sealed class MaxPool2d : Pooling
{
    /// <summary>Makes a layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1; the kernel size if not given.</param>
    /// <param name="padding">Rows and columns of padding on each side: at most half the kernel size.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1; 1 if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public MaxPool2d(Size2d kernelSize, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null)
        : base(2, kernelSize, stride, padding, dilation)
    {
    }

    private protected override void Pool(Tensor input, in Window2d window, Tensor output) => input.Device.MaxPool2d(input, window, output);

    private protected override void PoolBackward(Tensor outputGradient, Tensor input, in Window2d window, Tensor inputGradient) =>
        input.Device.MaxPool2dBackward(outputGradient, input, window, inputGradient);
}
