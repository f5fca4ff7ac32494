using Quern.Kernels;
using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// An activation that is a formula, one of yours or of this library, with its derivative from the output. It runs on every device. Any shape.
/// </summary>
/// <typeparam name="TOperator">The formula: y = f(x).</typeparam>
/// <typeparam name="TGradient">Its backward pass: ∂loss/∂x from ∂loss/∂y, its first operand, and y.</typeparam>
public class ActivationLayer<TOperator, TGradient> : ActivationLayer
    where TOperator : struct, IUnaryOperator
    where TGradient : struct, IBinaryOperator
{
    /// <summary>Makes a layer.</summary>
    /// <param name="inPlace">Writes over the input, and in the backward pass over the output's gradient, instead of to memory of its own.</param>
    public ActivationLayer(bool inPlace = false)
        : base(inPlace)
    {
    }

    private protected ActivationLayer(Activation kind, bool inPlace)
        : base(kind, inPlace)
    {
    }

    /// <inheritdoc/>
    protected sealed override void Apply(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        input.Device.Unary<TOperator>(input, output);
    }

    /// <inheritdoc/>
    protected sealed override void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(inputGradient);
        output.Device.Binary<TGradient>(outputGradient, output, inputGradient);
    }
}
