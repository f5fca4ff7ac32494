using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// Huber's loss: the mean over all elements of ½ d² where |d| is at most δ, and of δ (|d| - ½ δ) elsewhere, with d = output - target. The shapes
/// are equal.
/// </summary>
/// <remarks>
/// Backward: ∂loss/∂output = d / n, bounded by -δ / n and δ / n, with n the number of elements. Outliers pull less than with
/// <see cref="MseLoss"/>. Source: Huber, 1964.
/// </remarks>
/// <param name="delta">Where the loss turns linear: more than 0.</param>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not a finite number above 0.</exception>
public sealed class HuberLoss(double delta = 1, double scale = 1)
    : ElementWiseLoss<SmoothL1Operator>(scale * delta, delta > 0 && double.IsFinite(delta)
        ? (float)delta
        : throw new ArgumentOutOfRangeException(nameof(delta), delta, $"HuberLoss: delta is {delta}; it must be a finite number above 0."));
