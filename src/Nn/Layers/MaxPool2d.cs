using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The maximum over a moving window: x[batch, channels, height, width] to y[batch, channels, height', width'], with
/// height' = ⌊(height + 2 · padding - dilation · (kernel size - 1) - 1) / stride⌋ + 1; the width likewise. Padding does not count.
/// </summary>
/// <remarks>Backward: the gradient of each output goes to the number that was the greatest, to the first of several.</remarks>
public sealed class MaxPool2d : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly Size2d _kernelSize;
    private readonly Size2d _stride;
    private readonly Size2d _padding;
    private readonly Size2d _dilation;
    private KeptTensor _input;
    private Window2d _window;

    /// <summary>Makes a layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1; the kernel size if not given.</param>
    /// <param name="padding">Rows and columns of padding on each side: at most half the kernel size.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1; 1 if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public MaxPool2d(Size2d kernelSize, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null)
    {
        _kernelSize = kernelSize.AtLeast(1, nameof(kernelSize));
        _stride = (stride ?? kernelSize).AtLeast(1, nameof(stride));
        _padding = padding.AtLeast(0, nameof(padding));
        _dilation = (dilation ?? 1).AtLeast(1, nameof(dilation));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Height, kernelSize.Height / 2, nameof(padding));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Width, kernelSize.Width / 2, nameof(padding));
    }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, channels, height, width], or too small for the window.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 4)
        {
            throw new ShapeException($"MaxPool2d: the input has shape {input.Shape}; the layer takes [batch, channels, height, width].{LayerChecks.PicturesRemedy(input.Shape, channels: null)}");
        }

        Window2d window = LayerChecks.Window(nameof(MaxPool2d), input.Shape, _kernelSize, _stride, _padding, _dilation);
        Shape shape = Output(input.Shape, window);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(shape, input.Device);
            input.Device.MaxPool2d(input, window, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        input.Device.MaxPool2d(input, window, output);
        _window = window;
        _input.Keep(input);
        EndForward();
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(nameof(MaxPool2d), outputGradient, Output(input.Shape, _window));
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        input.Device.MaxPool2dBackward(outputGradient, input, _window, inputGradient);
        return inputGradient;
    }

    private static Shape Output(Shape input, in Window2d window) => [input[0], input[1], window.OutputHeight, window.OutputWidth];
}
