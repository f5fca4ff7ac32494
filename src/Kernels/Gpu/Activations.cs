namespace Quern.Kernels.Gpu;

/// <summary>The activations and their derivatives for one element, shared by the kernels that apply them.</summary>
internal static class Activations
{
    /// <summary><see cref="Activation.None"/> as kernels are given it.</summary>
    public const int None = (int)Activation.None;

    private const int ReluKind = (int)Activation.Relu;
    private const int SigmoidKind = (int)Activation.Sigmoid;
    private const int TanhKind = (int)Activation.Tanh;

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    public static float Relu(float x) => x < 0f ? 0f : x;

    /// <summary>gradient · (y > 0 ? 1 : 0). Chosen, not multiplied: an infinite gradient is 0 as well where the unit is off.</summary>
    public static float ReluGradient(float gradient, float y) => y > 0f ? gradient : 0f;

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static float Sigmoid(float x)
    {
        // Only exp of negative numbers is taken: it cannot overflow, and 1 + e never loses more than a rounding.
        float e = Elementary.Exp(-XMath.Abs(x));
        return (x >= 0f ? 1f : e) / (1f + e);
    }

    /// <summary>gradient · y (1 - y).</summary>
    public static float SigmoidGradient(float gradient, float y) => gradient * (y * (1f - y));

    /// <summary>gradient · (1 - y²).</summary>
    public static float TanhGradient(float gradient, float y) => gradient * (1f - (y * y));

    /// <summary>An activation.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="x">The operand.</param>
    public static float Apply(int activation, float x)
    {
        switch (activation)
        {
            case ReluKind:
                return Relu(x);
            case SigmoidKind:
                return Sigmoid(x);
            case TanhKind:
                return Elementary.Tanh(x);
            default:
                return x;
        }
    }

    /// <summary>A gradient taken back through an activation.</summary>
    /// <param name="activation">Which: the number of an <see cref="Activation"/>.</param>
    /// <param name="gradient">The loss's derivative with respect to what the activation gave.</param>
    /// <param name="y">What the activation gave.</param>
    public static float Gradient(int activation, float gradient, float y)
    {
        switch (activation)
        {
            case ReluKind:
                return ReluGradient(gradient, y);
            case SigmoidKind:
                return SigmoidGradient(gradient, y);
            case TanhKind:
                return TanhGradient(gradient, y);
            default:
                return gradient;
        }
    }
}
