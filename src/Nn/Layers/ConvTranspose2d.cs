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
public sealed class ConvTranspose2d : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _outputPadding;
    private readonly int _dilation;
    private Tensor? _input;
    private Window2d _window;

    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">Channels in: at least 1.</param>
    /// <param name="outputs">Channels out: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">Where the initial weights come from.</param>
    /// <param name="stride">How far the window moves on the output: at least 1.</param>
    /// <param name="padding">Rows and columns that are cut off the output on each side: zero or more.</param>
    /// <param name="outputPadding">Rows and columns that are added at the output's end: less than the stride or the dilation.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">Where the layer works; the processor if not given.</param>
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
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(outputPadding);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding, Math.Max(stride, dilation));
        Inputs = inputs;
        Outputs = outputs;
        KernelSize = kernelSize;
        _stride = stride;
        _padding = padding;
        _outputPadding = outputPadding;
        _dilation = dilation;
        Weight = RegisterParameter("weight", Tensor.Zeros([inputs, outputs, kernelSize, kernelSize], device));
        Bias = bias ? RegisterParameter("bias", Tensor.Zeros([outputs], device)) : null;
        ConvolutionInitializer.Fill(Weight, Bias, generator);
    }

    /// <summary>Channels in.</summary>
    public int Inputs { get; }

    /// <summary>Channels out.</summary>
    public int Outputs { get; }

    /// <summary>Rows and columns of the window.</summary>
    public int KernelSize { get; }

    /// <summary>W[inputs, outputs, size, size].</summary>
    public Parameter Weight { get; }

    /// <summary>b[outputs], or null for a layer without a bias.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, inputs, height, width], or nothing is left of the output.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 4 || input.Shape[1] != Inputs || input.Shape[2] == 0 || input.Shape[3] == 0)
        {
            throw new ShapeException($"ConvTranspose2d: the input has shape {input.Shape}; the layer takes [batch, {Inputs}, height, width]. Use Unflatten or Reshape.");
        }

        // The window of the convolution whose input is this layer's output.
        int height = Length(input.Shape[2]);
        int width = Length(input.Shape[3]);
        if (height < 1 || width < 1)
        {
            throw new ShapeException($"ConvTranspose2d: the input has shape {input.Shape}; with kernel size {KernelSize} and padding {_padding} no output is left. Use less padding.");
        }

        _window = new Window2d(height, width, input.Shape[2], input.Shape[3], KernelSize, _stride, _padding, _dilation);
        _input = input;
        Tensor output = _output.Get([input.Shape[0], Outputs, height, width], input.Device);
        input.Device.Conv2dInputGradient(input, Weight.Value, Bias?.Value, _window, output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        BackwardParameters(outputGradient);
        Tensor inputGradient = _inputGradient.Get(_input!.Shape, _input.Device);
        _input.Device.Conv2d(outputGradient, Weight.Value, null, _window, inputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        Tensor input = _input ?? throw LayerChecks.NoForward(nameof(ConvTranspose2d));
        LayerChecks.OutputGradient(
            nameof(ConvTranspose2d), outputGradient, [input.Shape[0], Outputs, _window.InputHeight, _window.InputWidth]);
        Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
        input.Device.Conv2dWeightGradient(outputGradient, input, _window, weightGradient, accumulate);
        if (Bias is not null)
        {
            Tensor biasGradient = Bias.AccumulateGradient(out accumulate);
            input.Device.ChannelSum(outputGradient, _window.InputArea, biasGradient, accumulate);
        }
    }

    private int Length(int length) =>
        checked(((length - 1) * _stride) - (2 * _padding) + (_dilation * (KernelSize - 1)) + _outputPadding + 1);
}
