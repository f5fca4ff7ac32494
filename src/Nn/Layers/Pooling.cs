using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What the pooling layers share: how the window moves over each channel, and the passes around the operations.</summary>
public abstract class Pooling : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _axes;
    private readonly Size2d _kernelSize;
    private readonly Size2d _stride;
    private readonly Size2d _padding;
    private readonly Size2d _dilation;
    private KeptTensor _input;
    private Window2d _window;

    // Along one axis, which counts as the columns of a picture of one row, or along two.
    private protected Pooling(int axes, Size2d kernelSize, Size2d? stride, Size2d padding, Size2d? dilation)
    {
        _axes = axes;
        _kernelSize = kernelSize.AtLeast(1, nameof(kernelSize));
        _stride = (stride ?? kernelSize).AtLeast(1, nameof(stride));
        _padding = padding.AtLeast(0, nameof(padding));
        _dilation = (dilation ?? 1).AtLeast(1, nameof(dilation));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Height, kernelSize.Height / 2, nameof(padding));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Width, kernelSize.Width / 2, nameof(padding));
    }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, channels, height, width], or [batch, channels, length], or too small for the window.</exception>
    public sealed override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LayerChecks.Channels(this, input.Shape, _axes, channels: null);
        Window2d window = LayerChecks.Window(this, input.Shape, _kernelSize, _stride, _padding, _dilation);
        Shape shape = Output(input.Shape, window);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(shape, input.Device);
            Pool(input, window, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Pool(input, window, output);
        _window = window;
        _input.Keep(input);
        EndForward();
        return output;
    }

    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(this, outputGradient, Output(input.Shape, _window));
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        PoolBackward(outputGradient, input, _window, inputGradient);
        return inputGradient;
    }

    private protected abstract void Pool(Tensor input, in Window2d window, Tensor output);

    private protected abstract void PoolBackward(Tensor outputGradient, Tensor input, in Window2d window, Tensor inputGradient);

    private Shape Output(Shape input, in Window2d window) =>
        _axes == 1 ? [input[0], input[1], window.OutputWidth] : [input[0], input[1], window.OutputHeight, window.OutputWidth];
}
