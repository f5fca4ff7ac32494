using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A layer that is a formula, one of yours or of this library, with its derivative. It runs on every device. Any shape.</summary>
/// <remarks>Where the derivative follows from the output, <see cref="ActivationLayer{TOperator, TGradient}"/> keeps that instead of the input.</remarks>
/// <typeparam name="TOperator">The formula: y = f(x).</typeparam>
/// <typeparam name="TGradient">Its backward pass: ∂loss/∂x from ∂loss/∂y, its first operand, and x.</typeparam>
public class ElementWise<TOperator, TGradient> : ElementWiseLayer
    where TOperator : struct, IUnaryOperator
    where TGradient : struct, IBinaryOperator
{
    /// <inheritdoc/>
    protected sealed override void Apply(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        input.Device.Unary<TOperator>(input, output);
    }

    /// <inheritdoc/>
    protected sealed override void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(inputGradient);
        input.Device.Binary<TGradient>(outputGradient, input, inputGradient);
    }
}
