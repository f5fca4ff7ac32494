using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The mean of what a moving window sees: x[batch, channels, height, width] to y[batch, channels, height', width'], with
/// height' = ⌊(height + 2 · padding - kernel size) / stride⌋ + 1; the width likewise.
/// </summary>
/// <remarks>Backward: the gradient of each output goes in equal parts to the numbers that the window saw.</remarks>
public sealed class AvgPool2d : Pooling
{
    /// <summary>Makes a layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1; the kernel size if not given.</param>
    /// <param name="padding">Rows and columns of padding on each side: at most half the kernel size.</param>
    /// <param name="countIncludePad">Whether padding counts as zeros; otherwise a mean is of what the window sees of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public AvgPool2d(Size2d kernelSize, Size2d? stride = null, Size2d padding = default, bool countIncludePad = true)
        : base(2, kernelSize, stride, padding, 1)
    {
        CountIncludePad = countIncludePad;
    }

    /// <summary>Whether padding counts as zeros.</summary>
    public bool CountIncludePad { get; }

    private protected override void Pool(Tensor input, in Window2d window, Tensor output) =>
        input.Device.AvgPool2d(input, window, CountIncludePad, output);

    private protected override void PoolBackward(Tensor outputGradient, Tensor input, in Window2d window, Tensor inputGradient) =>
        input.Device.AvgPool2dBackward(outputGradient, window, CountIncludePad, inputGradient);
}
