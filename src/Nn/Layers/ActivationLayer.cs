using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>An element-wise activation whose derivative follows from its output. Any shape.</summary>
/// <remarks>
/// <para>To make a layer of a formula of your own, see <see cref="ActivationLayer{TOperator, TGradient}"/>.</para>
/// <para>A <see cref="Sequential"/> computes <see cref="Relu"/>, <see cref="Sigmoid"/> and <see cref="Tanh"/> after a <see cref="Linear"/> layer or a
/// convolution in the same pass over memory.</para>
/// </remarks>
public abstract class ActivationLayer : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly bool _inPlace;
    private KeptTensor _lastOutput;

    /// <summary>Makes a layer.</summary>
    /// <param name="inPlace">Writes over the input, and in the backward pass over the output's gradient, instead of to memory of its own.</param>
    protected ActivationLayer(bool inPlace = false)
        : this(Activation.None, inPlace)
    {
    }

    private protected ActivationLayer(Activation kind, bool inPlace)
    {
        Kind = kind;
        _inPlace = inPlace;
    }

    // What a product may apply as it stores; None for an activation that no product knows.
    internal Activation Kind { get; }

    internal bool IsInPlace => _inPlace;

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_inPlace)
        {
            input.CountWrite();
        }

        if (!KeepsForBackward)
        {
            Tensor result = _inPlace ? input : Tensor.Result(input.Shape, input.Device);
            Apply(input, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = input;
        if (!_inPlace)
        {
            output = _output.Get(input.Shape, input.Device);
            LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        }

        Apply(input, output);
        KeepOutput(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor output = _lastOutput.Get(this, "output");
        LayerChecks.OutputGradient(this, outputGradient, output.Shape);
        Tensor inputGradient = outputGradient;
        if (_inPlace)
        {
            outputGradient.CountWrite();
        }
        else
        {
            inputGradient = _inputGradient.Get(output.Shape, output.Device);
            LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        }

        ApplyBackward(outputGradient, output, inputGradient);
        return inputGradient;
    }

    // The parts of the passes that are left where the layer before does the rest as it stores.
    internal Passes.Turn BeginFusedForward() => BeginForward();

    internal Tensor OutputFor(Shape shape, Device device) => _output.Get(shape, device);

    internal void KeepOutput(Tensor output)
    {
        _lastOutput.Keep(output);
        EndForward(output);
    }

    // The same output in the shape in which this layer would have seen it.
    internal void KeepReshaped(Tensor output)
    {
        _lastOutput.Keep(output);
        KeepShape(output);
    }

    internal Passes.Turn BeginFusedBackward(Tensor outputGradient) => BeginBackward(outputGradient);

    // A ReLU that writes over this layer's output changes it only where the gradient that comes back through the ReLU is 0.
    internal void AcceptReluInPlace() => _lastOutput.Accept();

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The tensor to write to, of the same shape; the input itself where the layer works in place.</param>
    protected abstract void Apply(Tensor input, Tensor output);

    /// <summary>Computes the gradient with respect to the input.</summary>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="output">What <see cref="Apply"/> wrote.</param>
    /// <param name="inputGradient">The tensor to write to, of the same shape; the output's gradient itself where the layer works in place.</param>
    protected abstract void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);
}
