using Quern.Tensors;

namespace Quern.Nn;

/// <summary>An element-wise function whose derivative follows from its input. Any shape.</summary>
public abstract class ElementWiseLayer : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private Tensor? _input;

    private protected ElementWiseLayer()
    {
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        Tensor output = _output.Get(input.Shape, input.Device);
        Apply(input, output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor input = _input ?? throw LayerChecks.NoForward(GetType().Name);
        LayerChecks.OutputGradient(this, outputGradient, input.Shape);
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        ApplyBackward(outputGradient, input, inputGradient);
        return inputGradient;
    }

    private protected abstract void Apply(Tensor input, Tensor output);

    private protected abstract void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient);
}
