using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A transposed convolution, which enlarges: x[batch, inputs, height, width] to y[batch, outputs, height', width']. Each number x[s, c, i, j] adds
/// W[c, o, k, l] · x to y[s, o, i · stride - padding + k · dilation, j · stride - padding + l · dilation], over the bias b[o]; what falls outside is lost.
/// height' = (height - 1) · stride - 2 · padding + dilation · (kernel size - 1) + output padding + 1; the width likewise.
/// Stride, padding, dilation and size may differ for rows and columns; groups are those of a <see cref="Conv2d"/>.
/// </summary>
/// <remarks>
/// It is the input gradient of a <see cref="Conv2d"/> with the same weight. Backward, with g = ∂loss/∂y: ∂loss/∂x is the convolution of g with
/// W, ∂loss/∂W[c, o, k, l] = Σ x[s, c, i, j] · g at the place above, and ∂loss/∂b[o] = Σ g[:, o]. Parameters:
/// <c>weight</c>[inputs, outputs / groups, window height, window width] and <c>bias</c>[outputs], both uniform within
/// ±1 / √(outputs / groups · window height · window width), as in PyTorch.
/// </remarks>
public sealed class ConvTranspose2d : Convolution
{
    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The number of input channels: at least 1.</param>
    /// <param name="outputs">The number of output channels: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="stride">How far the window moves on the output: at least 1; 1 if not given.</param>
    /// <param name="padding">Rows and columns that are cut off the output on each side: zero or more.</param>
    /// <param name="outputPadding">Rows and columns that are added at the output's end: less than the stride or the dilation.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1; 1 if not given.</param>
    /// <param name="groups">Into how many groups the channels fall: a divisor of the inputs and of the outputs.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public ConvTranspose2d(
        int inputs,
        int outputs,
        Size2d kernelSize,
        Generator generator,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d outputPadding = default,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        Device? device = null)
        : base(2, inputs, outputs, kernelSize, stride, padding, dilation, groups, transposed: true, bias, generator, device)
    {
        OutputPadding = outputPadding.AtLeast(0, nameof(outputPadding));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding.Height, Math.Max(Stride.Height, Dilation.Height), nameof(outputPadding));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding.Width, Math.Max(Stride.Width, Dilation.Width), nameof(outputPadding));
    }

    /// <summary>Rows and columns of the window.</summary>
    public Size2d KernelSize => Window;

    /// <summary>Rows and columns that the output has more, at its end.</summary>
    public Size2d OutputPadding { get; }

    // The window of the convolution whose input is this layer's output.
    private protected override Window2d WindowFor(Shape input, out int height, out int width)
    {
        long rows = Length(input[2], Stride.Height, Padding.Height, Dilation.Height, Window.Height, OutputPadding.Height);
        long columns = Length(input[3], Stride.Width, Padding.Width, Dilation.Width, Window.Width, OutputPadding.Width);
        if (input[2] == 0 || input[3] == 0 || rows < 1 || columns < 1)
        {
            throw new ShapeException(
                $"ConvTranspose2d: the input has shape {input}; with kernel size {Window} and padding {Padding} no output is left. Use larger images{(Padding != 0 ? " or less padding" : string.Empty)}.");
        }

        (height, width) = LayerChecks.Axes(this, input, rows, columns);
        return LayerChecks.Window(this, input, (height, width), (input[2], input[3]), Window, Stride, Padding, Dilation);
    }

    private protected override void Forward(Tensor input, in Window2d window, Tensor output, in Epilogue<Tensor> epilogue) =>
        input.Device.Conv2dInputGradient(input, Weight.Value, window, output, epilogue);

    private protected override void Backward(Tensor input, Tensor outputGradient, in Window2d window, Tensor? inputGradient, in Epilogue<Tensor> epilogue)
    {
        Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
        bool accumulateBias = false;
        Tensor? biasGradient = Bias?.AccumulateGradient(out accumulateBias);
        input.Device.Conv2dTransposeBackward(
            outputGradient, input, Weight.Value, window, weightGradient, accumulate, biasGradient, accumulateBias, inputGradient, epilogue);
    }

    private static long Length(int length, int stride, int padding, int dilation, int size, int outputPadding) =>
        ((length - 1L) * stride) - (2L * padding) + ((long)dilation * (size - 1)) + outputPadding + 1;
}
