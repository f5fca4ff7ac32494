using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>What the convolutions share: the window, its weight and the passes around the operations.</summary>
public abstract class Convolution : Module, IActivatedLayer
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly int _axes;
    private KeptTensor _input;
    private KeptTensor _lastWeight;
    private Shape _lastOutput;
    private Window2d _window;

    // Along one axis, which counts as the columns of an image of one row, or along two.
    private protected Convolution(
        int axes,
        int inputs,
        int outputs,
        Size2d kernelSize,
        Size2d? stride,
        Size2d padding,
        Size2d? dilation,
        int groups,
        bool transposed,
        bool bias,
        Generator generator,
        Device? device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Window = kernelSize.AtLeast(1, nameof(kernelSize));
        Stride = (stride ?? 1).AtLeast(1, nameof(stride));
        Padding = padding.AtLeast(0, nameof(padding));
        Dilation = (dilation ?? 1).AtLeast(1, nameof(dilation));
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ChannelGroups.Check(GetType().Name, inputs, outputs, groups);
        ArgumentNullException.ThrowIfNull(generator);
        Inputs = inputs;
        Outputs = outputs;
        Groups = groups;
        _axes = axes;
        (int first, int second) = transposed ? (inputs, outputs / groups) : (outputs, inputs / groups);
        Shape weight = axes == 1 ? [first, second, kernelSize.Width] : [first, second, kernelSize.Height, kernelSize.Width];
        Weight = RegisterParameter("weight", Tensor.Zeros(weight, device));
        Bias = bias ? RegisterParameter("bias", Tensor.Zeros([outputs], device)) : null;

        // As PyTorch's convolutions begin: within ±1 / √(fan in), where the fan in is the length of a row of the weight.
        float bound = (float)(1 / Math.Sqrt((double)weight.ElementCount / weight[0]));
        Weight.Value.FillRandom(generator, -bound, bound);
        Bias?.Value.FillRandom(generator, -bound, bound);
    }

    /// <summary>Channels in.</summary>
    public int Inputs { get; }

    /// <summary>Channels out.</summary>
    public int Outputs { get; }

    /// <summary>Into how many groups the channels fall, each joined with its own alone.</summary>
    public int Groups { get; }

    /// <summary>
    /// The weight: [outputs, inputs / groups, window height, window width] of a <see cref="Conv2d"/>, [outputs, inputs / groups, kernel size] of a
    /// <see cref="Conv1d"/>, [inputs, outputs / groups, window height, window width] of a <see cref="ConvTranspose2d"/>.
    /// </summary>
    public Parameter Weight { get; }

    /// <summary>b[outputs], or null for a layer without a bias.</summary>
    public Parameter? Bias { get; }

    /// <summary>How far the window moves, or for a <see cref="ConvTranspose2d"/> how far its copies lie apart; the width alone counts for a <see cref="Conv1d"/>.</summary>
    public Size2d Stride { get; }

    /// <summary>The padding on each side; the width alone counts for a <see cref="Conv1d"/>.</summary>
    public Size2d Padding { get; }

    /// <summary>How far apart the window's elements are; the width alone counts for a <see cref="Conv1d"/>.</summary>
    public Size2d Dilation { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    private protected Size2d Window { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is not [batch, inputs, height, width], or [batch, inputs, length], or no output is left.</exception>
    public sealed override Tensor Forward(Tensor input) => Forward(input, null);

    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor outputGradient) => Backward(outputGradient, null);

    /// <inheritdoc/>
    public sealed override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(this, outputGradient, _lastOutput);
        Backward(input, outputGradient, _window, null, default);
    }

    Tensor IActivatedLayer.Forward(Tensor input, ActivationLayer? activation) => Forward(input, activation);

    Tensor IActivatedLayer.Backward(Tensor outputGradient, ActivationLayer? below) => Backward(outputGradient, below);

    private Tensor Forward(Tensor input, ActivationLayer? activation)
    {
        ArgumentNullException.ThrowIfNull(input);
        LayerChecks.Channels(this, input.Shape, _axes, Inputs);
        Window2d window = WindowFor(input.Shape, out int height, out int width);
        Shape shape = _axes == 1 ? [input.Shape[0], Outputs, width] : [input.Shape[0], Outputs, height, width];
        Epilogue<Tensor> epilogue = new(Bias?.Value, activation?.Kind ?? Kernels.Activation.None);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(shape, input.Device);
            Forward(input, window, result, epilogue);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        using Passes.Turn activationTurn = activation is null ? default : activation.BeginFusedForward();
        Tensor output = activation is null ? _output.Get(shape, input.Device) : activation.OutputFor(shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Forward(input, window, output, epilogue);
        _window = window;
        _lastOutput = shape;
        _input.Keep(input);
        _lastWeight.Keep(Weight.Value);
        EndForward(output);
        activation?.KeepOutput(output);
        return output;
    }

    private Tensor Backward(Tensor outputGradient, ActivationLayer? below)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        using Passes.Turn belowTurn = below is null ? default : below.BeginFusedBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        _lastWeight.Get(this, "weight");
        LayerChecks.OutputGradient(this, outputGradient, _lastOutput);
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        Epilogue<Tensor> epilogue = below is null ? default : new(gradientOutput: input, gradientActivation: below.Kind);
        Backward(input, outputGradient, _window, inputGradient, epilogue);
        return inputGradient;
    }

    /// <summary>How the window moves over images of a shape, and the size of the output; that of a convolution that is not transposed, as the operations below.</summary>
    private protected virtual Window2d WindowFor(Shape input, out int height, out int width)
    {
        Window2d window = LayerChecks.Window(this, input, Window, Stride, Padding, Dilation);
        (height, width) = (window.OutputHeight, window.OutputWidth);
        return window;
    }

    private protected virtual void Forward(Tensor input, in Window2d window, Tensor output, in Epilogue<Tensor> epilogue) =>
        input.Device.Conv2d(input, Weight.Value, window, output, epilogue);

    /// <summary>The gradients of the parameters, and of the input unless it is null.</summary>
    private protected virtual void Backward(Tensor input, Tensor outputGradient, in Window2d window, Tensor? inputGradient, in Epilogue<Tensor> epilogue)
    {
        Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
        bool accumulateBias = false;
        Tensor? biasGradient = Bias?.AccumulateGradient(out accumulateBias);
        input.Device.Conv2dWeightGradient(input, outputGradient, window, weightGradient, accumulate, biasGradient, accumulateBias);
        if (inputGradient is not null)
        {
            outputGradient.Device.Conv2dInputGradient(outputGradient, Weight.Value, window, inputGradient, epilogue);
        }
    }
}
