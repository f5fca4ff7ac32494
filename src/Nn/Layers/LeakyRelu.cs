using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The leaky rectified linear unit: y = x where x > 0, and slope · x elsewhere. Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y where x > 0, and slope · ∂loss/∂y elsewhere, so at the kink too.</remarks>
/// <param name="negativeSlope">The slope of the negative side.</param>
public sealed class LeakyRelu(float negativeSlope = 0.01f)
    : ElementWiseWithParameter<LeakyReluOperator, LeakyReluGradientOperator>(negativeSlope)
{
    /// <summary>The slope of the negative side.</summary>
    public float NegativeSlope { get; } = negativeSlope;
}
