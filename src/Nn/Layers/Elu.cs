using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The exponential linear unit: y = x where x > 0, and α (exp(x) - 1) elsewhere. Any shape.</summary>
/// <remarks>
/// Backward: ∂loss/∂x = ∂loss/∂y where x > 0, and α exp(x) · ∂loss/∂y elsewhere. Source: Clevert, Unterthiner and Hochreiter, 2016.
/// </remarks>
/// <param name="alpha">Where the negative side levels off: at -α.</param>
public sealed class Elu(float alpha = 1) : ElementWiseWithParameter<EluOperator, EluGradientOperator>(alpha)
{
    /// <summary>Where the negative side levels off: at -α.</summary>
    public float Alpha { get; } = alpha;
}
