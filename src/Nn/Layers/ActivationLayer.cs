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
    private Tensor? _lastOutput;

    private protected ActivationLayer(Activation kind, bool inPlace)
    {
        Kind = kind;
        _inPlace = inPlace;
    }

    internal Activation Kind { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _lastOutput = _inPlace ? input : _output.Get(input.Shape, input.Device);
        Apply(input, _lastOutput);
        return _lastOutput;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor output = _lastOutput ?? throw LayerChecks.NoForward(GetType().Name);
        LayerChecks.OutputGradient(this, outputGradient, output.Shape);
        Tensor inputGradient = _inPlace ? outputGradient : _inputGradient.Get(output.Shape, output.Device);
        ApplyBackward(outputGradient, output, inputGradient);
        return inputGradient;
    }

    internal Tensor OutputFor(Shape shape, Device device) => _lastOutput = _output.Get(shape, device);

    private protected abstract void Apply(Tensor input, Tensor output);

    private protected abstract void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient);
}
