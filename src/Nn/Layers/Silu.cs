using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The sigmoid linear unit, also called swish: y = x · s, with s = 1 / (1 + exp(-x)). Any shape.</summary>
/// <remarks>Backward: ∂loss/∂x = ∂loss/∂y · s (1 + x (1 - s)).</remarks>
public sealed class Silu : ElementWiseLayer
{
    private protected override void Apply(Tensor input, Tensor output) => input.Device.Unary<SiluOperator>(input, output);

    private protected override void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient) =>
        input.Device.Binary<SiluGradientOperator>(outputGradient, input, inputGradient);
}
