using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The sigmoid linear unit, also called swish: y = x · s, with s = 1 / (1 + exp(-x)). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · s (1 + x (1 - s)).</remarks>
public sealed class Silu : ElementWise<SiluOperator, SiluGradientOperator>;
