using Quern.Kernels;
using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The logistic function: y = 1 / (1 + exp(-x)). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · y (1 - y).</remarks>
public sealed class Sigmoid() : ActivationLayer(Activation.Sigmoid, inPlace: false)
{
    private protected override void Apply(Tensor input, Tensor output) => input.Sigmoid(output);

    private protected override void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        output.Device.Binary<SigmoidGradientOperator>(outputGradient, output, inputGradient);
}
