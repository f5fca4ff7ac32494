using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The hyperbolic tangent: y = tanh(x). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · (1 - y²).</remarks>
public sealed class Tanh() : ActivationLayer<TanhOperator, TanhGradientOperator>(Activation.Tanh, inPlace: false);
