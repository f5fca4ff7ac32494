using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>A smooth rectified linear unit: y = ln(1 + exp(β x)) / β. Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · 1 / (1 + exp(-β x)). Source: Dugas et al., 2001.</remarks>
/// <param name="beta">How sharply the line bends: not 0.</param>
public sealed class Softplus(float beta = 1) : ElementWiseWithParameter<SoftplusOperator, SoftplusGradientOperator>(beta)
{
    /// <summary>How sharply the line bends.</summary>
    public float Beta { get; } = beta;
}
