using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// An element-wise activation whose derivative follows from its output. After a <see cref="Linear"/> layer, a
/// <see cref="Sequential"/> computes both in one pass over memory.
/// </summary>
public abstract class ActivationLayer : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private readonly bool _inPlace;
    private KeptTensor _lastOutput;

    private protected ActivationLayer(Activation kind, bool inPlace)
    {
        Kind = kind;
        _inPlace = inPlace;
    }

    internal Activation Kind { get; }

    internal bool IsInPlace => _inPlace;

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
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

    // The parts of the passes that are left where a linear layer does the rest as it stores.
    internal Passes.Turn BeginFusedForward() => BeginForward();

    internal Tensor OutputFor(Shape shape, Device device) => _output.Get(shape, device);

    internal void KeepOutput(Tensor output)
    {
        _lastOutput.Keep(output);
        EndForward();
    }

    internal Passes.Turn BeginFusedBackward(Tensor outputGradient) => BeginBackward(outputGradient);

    // A ReLU that writes over this layer's output changes it only where the gradient that comes back through the ReLU is 0.
    internal void AcceptReluInPlace() => _lastOutput.Accept();

    private protected abstract void Apply(Tensor input, Tensor output);

    private protected abstract void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);
}
