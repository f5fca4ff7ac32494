using Quern.Tensors;

namespace Quern.Nn;

/// <summary>Probabilities along the last axis: y[…, j] = exp(x[…, j]) / Σₖ exp(x[…, k]). Any shape with an axis.</summary>
/// <remarks>
/// Backward, with g = ∂loss/∂y: ∂loss/∂x[…, j] = y[…, j] (g[…, j] - Σₖ g[…, k] y[…, k]). A classifier trains with
/// <see cref="CrossEntropyLoss"/> instead, which has the softmax in it.
/// </remarks>
public sealed class Softmax : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private Tensor? _lastOutput;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is a single number, or its last axis is empty.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0 || input.Shape[^1] == 0)
        {
            throw new ShapeException($"Softmax: the input has shape {input.Shape}; it needs a last axis with elements, whose probabilities add up to 1.");
        }

        _lastOutput = _output.Get(input.Shape, input.Device);
        input.Device.Softmax(input, _lastOutput);
        return _lastOutput;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        Tensor output = _lastOutput ?? throw LayerChecks.NoForward(nameof(Softmax));
        LayerChecks.OutputGradient(nameof(Softmax), outputGradient, output.Shape);
        Tensor inputGradient = _inputGradient.Get(output.Shape, output.Device);
        output.Device.SoftmaxBackward(outputGradient, output, inputGradient);
        return inputGradient;
    }
}
