using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The maximum over a moving window: x[batch, channels, length] to y[batch, channels, length'], with
/// length' = ⌊(length + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1. Padding does not count.
/// </summary>
/// <remarks>Backward: the gradient of each output goes to the number that was the greatest, to the first of several.</remarks>
public sealed class MaxPool1d : Pooling
{
    /// <summary>Makes a layer.</summary>
    /// <param name="kernelSize">Elements of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1; the kernel size if not given.</param>
    /// <param name="padding">Padding at each end: at most half the kernel size.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public MaxPool1d(int kernelSize, int? stride = null, int padding = 0, int dilation = 1)
        : base(1, (1, kernelSize), (1, stride ?? kernelSize), (0, padding), (1, dilation))
    {
    }

    private protected override void Pool(Tensor input, in Window2d window, Tensor output) => input.Device.MaxPool2d(input, window, output);

    private protected override void PoolBackward(Tensor outputGradient, Tensor input, in Window2d window, Tensor inputGradient) =>
        input.Device.MaxPool2dBackward(outputGradient, input, window, inputGradient);
}
