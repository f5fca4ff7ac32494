using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The mean squared error: the mean of (output - target)² over all elements. The shapes are equal.</summary>
/// <remarks>Backward: ∂loss/∂output = 2 (output - target) / n, with n the number of elements.</remarks>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
public sealed class MseLoss(double scale = 1) : ElementWiseLoss<MseOperator>(scale);
