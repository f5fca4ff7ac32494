using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A transposed convolution, which enlarges: x[batch, inputs, height, width] to y[batch, outputs, height', width']. Each number x[s, c, i, j] adds
/// W[c, o, k, l] · x to y[s, o, i · stride - padding + k · dilation, j · stride - padding + l · dilation], over the bias b[o]; what falls outside is lost.
/// height' = (height - 1) · stride - 2 · padding + dilation · (kernel size - 1) + output padding + 1; the width likewise.
/// </summary>
/// <remarks>
/// It is the input gradient of a <see cref="Conv2d"/> with the same weight. Backward, with g = ∂loss/∂y: ∂loss/∂x is the convolution of g with
/// W, ∂loss/∂W[c, o, k, l] = Σ x[s, c, i, j] · g at the place above, and ∂loss/∂b[o] = Σ g[:, o]. Parameters:
/// <c>weight</c>[inputs, outputs, size, size] and <c>bias</c>[outputs], both uniform within ±1 / √(outputs · size²), as in PyTorch.
/// </remarks>
public sealed class ConvTranspose2d : Convolution
{
    private readonly int _outputPadding;

    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The number of input channels: at least 1.</param>
    /// <param name="outputs">The number of output channels: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="stride">How far the window moves on the output: at least 1.</param>
    /// <param name="padding">Rows and columns that are cut off the output on each side: zero or more.</param>
    /// <param name="outputPadding">Rows and columns that are added at the output's end: less than the stride or the dilation.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public ConvTranspose2d(
        int inputs,
        int outputs,
        int kernelSize,
        Generator generator,
        int stride = 1,
        int padding = 0,
        int outputPadding = 0,
        int dilation = 1,
        bool bias = true,
        Device? device = null)
        : base(inputs, outputs, kernelSize, stride, padding, dilation, transposed: true, bias, generator, device)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outputPadding);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding, Math.Max(stride, dilation));
        _outputPadding = outputPadding;
    }

    // The window of the convolution whose input is this layer's output.
    private protected override Window2d WindowFor(Shape input, out int height, out int width)
    {
        long rows = Length(input[2]);
        long columns = Length(input[3]);
        if (input[2] == 0 || input[3] == 0 || rows < 1 || columns < 1)
        {
            throw new ShapeException(
                $"ConvTranspose2d: the input has shape {input}; with kernel size {KernelSize} and padding {Padding} no output is left. Use larger pictures{(Padding > 0 ? " or less padding" : string.Empty)}.");
        }

        (height, width) = LayerChecks.Axes(nameof(ConvTranspose2d), input, rows, columns);
        return LayerChecks.Checked(
            nameof(ConvTranspose2d), input, new Window2d(height, width, input[2], input[3], KernelSize, Stride, Padding, Dilation));
    }

    private protected override void Forward(Tensor input, in Window2d window, Tensor output) =>
        input.Device.Conv2dInputGradient(input, Weight.Value, Bias?.Value, window, output);

    private protected override void BackwardInput(Tensor outputGradient, in Window2d window, Tensor inputGradient) =>
        outputGradient.Device.Conv2d(outputGradient, Weight.Value, null, window, inputGradient);

    private protected override void BackwardWeight(Tensor input, Tensor outputGradient, in Window2d window, Tensor weightGradient, bool accumulate) =>
        input.Device.Conv2dWeightGradient(outputGradient, input, window, weightGradient, accumulate);

    private long Length(int length) =>
        ((length - 1L) * Stride) - (2L * Padding) + ((long)Dilation * (KernelSize - 1)) + _outputPadding + 1;
}
