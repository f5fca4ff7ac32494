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
    private KeptTensor _lastOutput;

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input is a single number, or its last axis is empty.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0 || input.Shape[^1] == 0)
        {
            throw new ShapeException($"Softmax: the input has shape {input.Shape}; it needs a last axis with elements, whose probabilities add up to 1.");
        }

        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(input.Shape, input.Device);
            input.Device.Softmax(input, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        input.Device.Softmax(input, output);
        _lastOutput.Keep(output);
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor output = _lastOutput.Get(this, "output");
        LayerChecks.OutputGradient(nameof(Softmax), outputGradient, output.Shape);
        Tensor inputGradient = _inputGradient.Get(output.Shape, output.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        output.Device.SoftmaxBackward(outputGradient, output, inputGradient);
        return inputGradient;
    }
}
