using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// The binary cross entropy: the mean over all elements of -(t ln o + (1 - t) ln(1 - o)), with the output o and the target t from 0 to 1.
/// The shapes are equal.
/// </summary>
/// <remarks>
/// Backward: ∂loss/∂o = (o - t) / (o (1 - o)) / n, with n the number of elements. As in PyTorch, a logarithm counts as -100 where it is
/// less, and the divisor as 1e-12. Where o comes from a <see cref="Sigmoid"/>, leave that out and use <see cref="BceWithLogitsLoss"/>.
/// </remarks>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
public sealed class BceLoss(double scale = 1) : ElementWiseLoss<BceOperator>(scale);
