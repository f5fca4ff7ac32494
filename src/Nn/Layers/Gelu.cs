using Quern.Kernels.Operators;
using Quern.Tensors;

namespace Quern.Nn;

/// <summary>The Gaussian error linear unit: y = x · Φ(x), with Φ(x) = ½ (1 + erf(x / √2)). Any shape.</summary>
/// <remarks>
/// Backward: ∂loss/∂x = ∂loss/∂y · (Φ(x) + x φ(x)), with φ(x) = exp(-x²/2) / √(2π). Source: Hendrycks and Gimpel, 2016.
/// </remarks>
/// <param name="approximate">
/// Takes ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) instead, as PyTorch's <c>approximate='tanh'</c>.
/// </param>
public sealed class Gelu(bool approximate = false) : ElementWiseLayer
{
    /// <summary>Whether the layer takes the formula with the hyperbolic tangent.</summary>
    public bool Approximate { get; } = approximate;

    /// <inheritdoc/>
    protected override void Apply(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (Approximate)
        {
            input.Device.Unary<GeluTanhOperator>(input, output);
        }
        else
        {
            input.Device.Unary<GeluOperator>(input, output);
        }
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(Tensor outputGradient, Tensor input, Tensor inputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(inputGradient);
        if (Approximate)
        {
            input.Device.Binary<GeluTanhGradientOperator>(outputGradient, input, inputGradient);
        }
        else
        {
            input.Device.Binary<GeluGradientOperator>(outputGradient, input, inputGradient);
        }
    }
}
