using Quern.Kernels;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The mean squared error: the mean of (output - target)² over all elements. The shapes are equal.</summary>
/// <remarks>Backward: ∂loss/∂output = 2 (output - target) / n, with n the number of elements.</remarks>
public sealed class MseLoss() : Loss(nameof(MseLoss))
{
    private protected override void Compute(Tensor output, Tensor target, Tensor loss, Tensor? inputGradient) =>
        output.Device.Mse(output, target, loss, inputGradient, Activation.None);
}
