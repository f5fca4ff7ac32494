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
public sealed class Conv2d : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _dilation;
    private Tensor? _input;
    private Window2d _window;

    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">Channels in: at least 1.</param>
    /// <param name="outputs">Channels out: at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="generator">Where the initial weights come from.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">Where the layer works; the processor if not given.</param>
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
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        Inputs = inputs;
        Outputs = outputs;
        KernelSize = kernelSize;
        _stride = stride;
        _padding = padding;
        _dilation = dilation;
        Weight = RegisterParameter("weight", Tensor.Zeros([outputs, inputs, kernelSize, kernelSize], device));
        Bias = bias ? RegisterParameter("bias", Tensor.Zeros([outputs], device)) : null;
        ConvolutionInitializer.Fill(Weight, Bias, generator);
    }

    /// <summary>Channels in.</summary>
    public int Inputs { get; }

    /// <summary>Channels out.</summary>
    public int Outputs { get; }

    /// <summary>Rows and columns of the window.</summary>
    public int KernelSize { get; }

    /// <summary>W[outputs, inputs, size, size].</summary>
    public Parameter Weight { get; }

    /// <summary>b[outputs], or null for a layer without a bias.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, inputs, height, width], or too small for the window.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 4 || input.Shape[1] != Inputs)
        {
            throw new ShapeException($"Conv2d: the input has shape {input.Shape}; the layer takes [batch, {Inputs}, height, width]. Use Unflatten or Reshape.");
        }

        _window = LayerChecks.Window(nameof(Conv2d), input.Shape, KernelSize, _stride, _padding, _dilation);
        _input = input;
        Tensor output = _output.Get([input.Shape[0], Outputs, _window.OutputHeight, _window.OutputWidth], input.Device);
        input.Device.Conv2d(input, Weight.Value, Bias?.Value, _window, output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        BackwardParameters(outputGradient);
        Tensor inputGradient = _inputGradient.Get(_input!.Shape, _input.Device);
        _input.Device.Conv2dInputGradient(outputGradient, Weight.Value, null, _window, inputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        Tensor input = _input ?? throw LayerChecks.NoForward(nameof(Conv2d));
        LayerChecks.OutputGradient(nameof(Conv2d), outputGradient, [input.Shape[0], Outputs, _window.OutputHeight, _window.OutputWidth]);
        Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
        input.Device.Conv2dWeightGradient(input, outputGradient, _window, weightGradient, accumulate);
        if (Bias is not null)
        {
            Tensor biasGradient = Bias.AccumulateGradient(out accumulate);
            input.Device.ChannelSum(outputGradient, _window.OutputArea, biasGradient, accumulate);
        }
    }
}
