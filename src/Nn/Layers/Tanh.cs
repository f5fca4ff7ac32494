using Quern.Kernels;
using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The hyperbolic tangent: y = tanh(x). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · (1 - y²).</remarks>
public sealed class Tanh() : ActivationLayer(Activation.Tanh, inPlace: false)
{
    private protected override void Apply(Tensor input, Tensor output) => input.Tanh(output);

    private protected override void ApplyBackward(Tensor outputGradient, Tensor output, Tensor inputGradient) =>
        output.Device.Binary<TanhGradientOperator>(outputGradient, output, inputGradient);
}
