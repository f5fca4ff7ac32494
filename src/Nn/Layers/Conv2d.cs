using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A convolution: x[batch, inputs, height, width] to y[batch, outputs, height', width'], with
/// y[s, o, i, j] = b[o] + Σ W[o, c, k, l] · x[s, c, i · stride - padding + k · dilation, j · stride - padding + l · dilation], where what lies outside x is 0,
/// and height' = ⌊(height + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1; the width likewise.
/// </summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y: ∂loss/∂W[o, c, k, l] = Σ g[s, o, i, j] · x at the place above, ∂loss/∂b[o] = Σ g[:, o], and ∂loss/∂x is the
/// transposed convolution of g with W. Parameters: <c>weight</c>[outputs, inputs, size, size] and <c>bias</c>[outputs], both uniform
/// within ±1 / √(inputs · size²), as in PyTorch.
/// </remarks>
public sealed class Conv2d : Convolution
{
    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The number of input channels: at least 1.</param>
    /// <param name="outputs">The number of output channels: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public Conv2d(
        int inputs,
        int outputs,
        int kernelSize,
        Generator generator,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        bool bias = true,
        Device? device = null)
        : base(inputs, outputs, kernelSize, stride, padding, dilation, transposed: false, bias, generator, device)
    {
    }

    private protected override Window2d WindowFor(Shape input, out int height, out int width)
    {
        Window2d window = LayerChecks.Window(nameof(Conv2d), input, KernelSize, Stride, Padding, Dilation);
        (height, width) = (window.OutputHeight, window.OutputWidth);
        return window;
    }

    private protected override void Forward(Tensor input, in Window2d window, Tensor output) =>
        input.Device.Conv2d(input, Weight.Value, Bias?.Value, window, output);

    private protected override void BackwardInput(Tensor outputGradient, in Window2d window, Tensor inputGradient) =>
        outputGradient.Device.Conv2dInputGradient(outputGradient, Weight.Value, null, window, inputGradient);

    private protected override void BackwardWeight(Tensor input, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate) =>
        input.Device.Conv2dWeightGradient(input, outputGradient, window, weightGradient, accumulate);
}
