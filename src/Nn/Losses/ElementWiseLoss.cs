using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The mean over all elements of a loss that a formula gives for each, one of yours or of this library. The shapes are equal.</summary>
/// <remarks>The formula runs on every device; loss and gradient are computed in one pass over memory.</remarks>
/// <typeparam name="TLoss">The formula of one element's loss and its derivative.</typeparam>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
/// <param name="parameter">The number that the formula is given, if it takes one.</param>
public class ElementWiseLoss<TLoss>(double scale = 1, float parameter = 0) : Loss
    where TLoss : struct, ILossOperator
{
    /// <inheritdoc/>
    protected sealed override void Compute(Tensor output, Tensor target, Tensor loss, Tensor? gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(loss);
        output.Device.Loss<TLoss>(output, target, scale / output.ElementCount, parameter, loss, gradient, null);
    }
}
