using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// The binary cross entropy of sigmoid(x): the mean over all elements of max(x, 0) - x t + ln(1 + exp(-|x|)), with the output x any
/// number and the target t from 0 to 1. The shapes are equal.
/// </summary>
/// <remarks>Backward: ∂loss/∂x = (sigmoid(x) - t) / n, with n the number of elements.</remarks>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
public sealed class BceWithLogitsLoss(double scale = 1) : ElementWiseLoss<BceWithLogitsOperator>(scale);
