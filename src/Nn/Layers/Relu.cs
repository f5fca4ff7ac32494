using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The rectified linear unit: y = max(x, 0). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y where y > 0, and 0 elsewhere, so 0 at the kink.</remarks>
/// <param name="inPlace">Writes over the input, and in the backward pass over the output's gradient, instead of to memory of its own.</param>
public sealed class Relu(bool inPlace = false) : ActivationLayer<ReluOperator, ReluGradientOperator>(Activation.Relu, inPlace);
