using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>A layer that is a formula with one number of its own, such as a slope, with its derivative. It runs on every device. Any shape.</summary>
/// <typeparam name="TOperator">The formula: y = f(x, number).</typeparam>
/// <typeparam name="TGradient">Its backward pass: ∂loss/∂x from ∂loss/∂y, its first operand, x, and the number.</typeparam>
/// <param name="parameter">The number.</param>
public class ElementWiseWithParameter<TOperator, TGradient>(float parameter) : ElementWiseLayer
    where TOperator : struct, IBinaryOperator
    where TGradient : struct, ITernaryOperator
{
    /// <inheritdoc/>
    protected sealed override void Apply(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        input.Device.Binary<TOperator>(input, parameter, output);
    }

    /// <inheritdoc/>
    protected sealed override void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(inputGradient);
        input.Device.Ternary<TGradient>(outputGradient, input, parameter, inputGradient);
    }
}
