using Quern.Kernels;
using Quern.Kernels.Operators;

namespace Quern.Nn;

/// <summary>The logistic function: y = 1 / (1 + exp(-x)). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · y (1 - y).</remarks>
public sealed class Sigmoid() : ActivationLayer<SigmoidOperator, SigmoidGradientOperator>(Activation.Sigmoid, inPlace: false);
