using Quern.Tensors;

namespace Quern.Nn;

/// <summary>An element-wise function whose derivative follows from its input. Any shape.</summary>
/// <remarks>To make a layer of a formula of your own, see <see cref="ElementWise{TOperator, TGradient}"/>.</remarks>
public abstract class ElementWiseLayer : Module
{
    private readonly Workspace _output = new();
    private readonly Workspace _inputGradient = new();
    private KeptTensor _input;

    /// <summary>Makes a layer.</summary>
    protected ElementWiseLayer()
    {
    }

    internal override bool KeepsNothing => !KeepsForBackward;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!KeepsForBackward)
        {
            Tensor result = Tensor.Result(input.Shape, input.Device);
            Apply(input, result);
            return result;
        }

        using Passes.Turn turn = BeginForward();
        Tensor output = _output.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Forward), nameof(input), input, output);
        Apply(input, output);
        _input.Keep(input);
        EndForward(output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor outputGradient)
    {
        using Passes.Turn turn = BeginBackward(outputGradient);
        Tensor input = _input.Get(this, "input");
        LayerChecks.OutputGradient(this, outputGradient, input.Shape);
        Tensor inputGradient = _inputGradient.Get(input.Shape, input.Device);
        LayerChecks.Apart(this, nameof(Backward), "output gradient", outputGradient, inputGradient);
        ApplyBackward(outputGradient, input, inputGradient);
        return inputGradient;
    }

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The tensor to write to, of the same shape and apart from the input.</param>
    protected abstract void Apply(Tensor input, Tensor output);

    /// <summary>Computes the gradient with respect to the input.</summary>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="input">What <see cref="Apply"/> was given.</param>
    /// <param name="inputGradient">The tensor to write to, of the same shape and apart from both.</param>
    protected abstract void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient);
}
