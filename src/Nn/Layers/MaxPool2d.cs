using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// The maximum over a moving window: x[batch, channels, height, width] to y[batch, channels, height', width'], with
/// height' = ⌊(height + 2 · padding - kernel size) / stride⌋ + 1; the width likewise. Padding does not count.
/// </summary>
/// <remarks>Backward: the gradient of each output goes to the number that was the greatest, to the first of several.</remarks>
public sealed class MaxPool2d : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly int _padding;
    private KeptTensor _input;
    private Window2d _window;

    /// <summary>Makes a layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1; the kernel size if not given.</param>
    /// <param name="padding">Rows and columns of padding on each side: at most half the kernel size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public MaxPool2d(int kernelSize, int? stride = null, int padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride ?? kernelSize, 1, nameof(stride));
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernelSize / 2);
        _kernelSize = kernelSize;
        _stride = stride ?? kernelSize;
        _padding = padding;
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

        Window2d window = LayerChecks.Window(nameof(MaxPool2d), input.Shape, _kernelSize, _stride, _padding, 1);
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
