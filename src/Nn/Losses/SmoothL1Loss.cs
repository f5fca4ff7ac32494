using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>
/// The absolute error, rounded off near zero: the mean over all elements of ½ d² / β where |d| is below β, and of |d| - ½ β elsewhere, with
/// d = output - target. The shapes are equal.
/// </summary>
/// <remarks>
/// Backward: ∂loss/∂output = d / β / n where |d| is below β, and the sign of d over n elsewhere, with n the number of elements. Outliers pull less
/// than with <see cref="MseLoss"/>. Huber's loss with the width δ is this with β = δ and a scale of δ.
/// </remarks>
/// <param name="beta">Where the loss turns linear: zero or more. With 0 it is the mean absolute error.</param>
/// <param name="scale">A factor of the loss and its gradient, for a loss that is one of several terms.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative, infinite or not a number.</exception>
public sealed class SmoothL1Loss(double beta = 1, double scale = 1)
    : ElementWiseLoss<SmoothL1Operator>(scale, beta >= 0 && double.IsFinite(beta)
        ? (float)beta
        : throw new ArgumentOutOfRangeException(nameof(beta), beta, $"SmoothL1Loss: beta is {beta}; it must be a finite number, zero or more."));
