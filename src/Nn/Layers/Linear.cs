using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// A fully connected layer along the last axis: y[…, outputs] = x[…, inputs] Wᵀ + b, with W[outputs, inputs] and b[outputs]. Whatever axes come
/// before the last, such as batch and position, count as samples.
/// </summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y: ∂loss/∂W = gᵀ x, ∂loss/∂b = Σ g over the samples, ∂loss/∂x = g W.
/// Parameters: <c>weight</c>, Glorot uniform, and <c>bias</c>, zeros.
/// </remarks>
public sealed class Linear : Module, IActivatedLayer
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();

    // With more or fewer than two axes products work on views of two: the samples, and the numbers of each.
    private readonly Views _inputRows = new();
    private readonly Views _outputRows = new();
    private readonly Views _outputGradientRows = new();
    private readonly Views _inputGradientRows = new();
    private KeptTensor _input;
    private KeptTensor _lastWeight;

    /// <summary>Makes a layer.</summary>
    /// <param name="inputs">The size of each input sample: at least 1.</param>
    /// <param name="outputs">The size of each output sample: at least 1.</param>
    /// <param name="generator">The generator of the initial weights.</param>
    /// <param name="bias">Whether the layer adds a bias.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public Linear(int inputs, int outputs, Generator generator, bool bias = true, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Inputs = inputs;
        Outputs = outputs;
        Weight = RegisterParameter("weight", Tensor.Zeros([outputs, inputs], device));
        Initializers.GlorotUniform(Weight.Value, generator);
        Bias = bias ? RegisterParameter("bias", Tensor.Zeros([outputs], device)) : null;
    }

    // A layer over parameters that another module has registered.
    internal Linear(Parameter weight, Parameter? bias)
    {
        (Outputs, Inputs) = (weight.Value.Shape[0], weight.Value.Shape[1]);
        Weight = weight;
        Bias = bias;
    }

    /// <summary>The size of each input sample.</summary>
    public int Inputs { get; }

    /// <summary>The size of each output sample.</summary>
    public int Outputs { get; }

    /// <summary>W[outputs, inputs].</summary>
    public Parameter Weight { get; }

    /// <summary>b[outputs], or null for a layer without a bias.</summary>
    public Parameter? Bias { get; }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input's last axis is not as long as the layer has inputs.</exception>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient) => Backward(outputGradient, null);

    /// <inheritdoc/>
    public override void BackwardParameters(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(nameof(Linear), outputGradient, OutputOf(input.Shape));
        Tensor weightGradient = Weight.AccumulateGradient(out bool accumulate);
        bool accumulateBias = false;
        Tensor? biasGradient = Bias?.AccumulateGradient(out accumulateBias);
        Tensor.MatMul(
            Rows(outputGradient, _outputGradientRows, Outputs),
            true,
            Rows(input, _inputRows, Inputs),
            false,
            weightGradient,
            accumulate,
            default,
            biasGradient,
            accumulateBias);
    }

    Tensor IActivatedLayer.Forward(Tensor input, ActivationLayer? activation) => Forward(input, activation);

    Tensor IActivatedLayer.Backward(Tensor outputGradient, ActivationLayer? below) => Backward(outputGradient, below);

    // With an activation that follows, its output is computed as the product is stored, and the layer's own is not.
    internal Tensor Forward(Tensor input, ActivationLayer? activation)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0 || input.Shape[^1] != Inputs)
        {
            throw new ShapeException($"Linear: the input has shape {input.Shape}; its last axis must have length {Inputs}.{Remedy(input.Shape)}");
        }

        Shape shape = OutputOf(input.Shape);
        Epilogue<Tensor> epilogue = new(Bias?.Value, activation?.Kind ?? Kernels.Activation.None);
        if (!KeepsForBackward)
        {
            Tensor product = Tensor.MatMul(Rows(input, null, Inputs), false, Weight.Value, true, null, false, epilogue);
            return product.Rank == shape.Rank ? product : new Tensor(product.Memory, product.Offset, shape);
        }

        using Passes.Turn turn = BeginForward();
        using Passes.Turn activationTurn = activation is null ? default : activation.BeginFusedForward();
        Tensor output = activation is null ? _output.Get(shape, input.Device) : activation.OutputFor(shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Tensor.MatMul(Rows(input, _inputRows, Inputs), false, Weight.Value, true, Rows(output, _outputRows, Outputs), false, epilogue);
        _input.Keep(input);
        _lastWeight.Keep(Weight.Value);
        EndForward(output);
        activation?.KeepOutput(output);
        return output;
    }

    // With the activation that made the input, the gradient is taken on through it as it is stored.
    internal Tensor Backward(Tensor outputGradient, ActivationLayer? below)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        using Passes.Turn belowTurn = below is null ? default : below.BeginFusedBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        Tensor weight = _lastWeight.Get(this, "weight");
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        BackwardParameters(outputGradient);
        Epilogue<Tensor> epilogue = below is null ? default : new(gradientOutput: Rows(input, _inputRows, Inputs), gradientActivation: below.Kind);
        Tensor.MatMul(
            Rows(outputGradient, _outputGradientRows, Outputs), false, weight, false, Rows(inputGradient, _inputGradientRows, Inputs), false, epilogue);
        return inputGradient;
    }

    // The tensor as [samples, numbers of each]; a new view where no views are kept.
    private static Tensor Rows(Tensor tensor, Views? views, int columns)
    {
        if (tensor.Rank == 2)
        {
            return tensor;
        }

        Shape rows = [(int)(tensor.ElementCount / columns), columns];
        return views is null ? new Tensor(tensor.Memory, tensor.Offset, rows) : views.Get(tensor, rows);
    }

    private Shape OutputOf(Shape input) => input.With(input.Rank - 1, Outputs);

    private string Remedy(Shape input) =>
        input.Rank > 2 && input[0] > 0 && input.ElementCount == (long)input[0] * Inputs ? " Put a Flatten before it." : string.Empty;
}
