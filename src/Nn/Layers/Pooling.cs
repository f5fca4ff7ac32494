using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What the pooling layers share: how the window moves over each channel, and the passes around the operations.</summary>
public abstract class Pooling : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _axes;
    private KeptTensor _input;
    private Window2d _window;

    // Along one axis, which counts as the columns of an image of one row, or along two.
    private protected Pooling(int axes, Size2d kernelSize, Size2d? stride, Size2d padding, Size2d? dilation)
    {
        _axes = axes;
        KernelSize = kernelSize.AtLeast(1, nameof(kernelSize));
        Stride = (stride ?? kernelSize).AtLeast(1, nameof(stride));
        Padding = padding.AtLeast(0, nameof(padding));
        Dilation = (dilation ?? 1).AtLeast(1, nameof(dilation));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Height, kernelSize.Height / 2, nameof(padding));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding.Width, kernelSize.Width / 2, nameof(padding));
    }

    /// <summary>Rows and columns of the window; the width alone counts for a <see cref="MaxPool1d"/>, here and below.</summary>
    public Size2d KernelSize { get; }

    /// <summary>How far the window moves.</summary>
    public Size2d Stride { get; }

    /// <summary>The padding on each side.</summary>
    public Size2d Padding { get; }

    /// <summary>How far apart the window's elements are.</summary>
    public Size2d Dilation { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, channels, height, width], or [batch, channels, length], or too small for the window.</exception>
    public sealed override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LayerChecks.Channels(this, input.Shape, _axes, channels: null);
        Window2d window = LayerChecks.Window(this, input.Shape, KernelSize, Stride, Padding, Dilation);
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
        EndForward(output);
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
