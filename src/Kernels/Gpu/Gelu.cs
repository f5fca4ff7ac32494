namespace Quern.Kernels.Gpu;

/// <summary>The Gaussian error linear unit. Source: Hendrycks and Gimpel, 2016.</summary>
internal static partial class Gelu
{
    // Beyond these the gate and the tail of the distribution round to 0: what they are multiplied by is no larger, since 0 · ∞ is NaN.
    private const float Far = 12f;
    private const float VeryFar = 15f;

    /// <summary>
    /// y = x · Φ(x), where Φ(x) = ½ (1 + erf(x / √2)); or approximately, y = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). One work-item for
    /// each element.
    /// </summary>
    /// <param name="x">The operand.</param>
    /// <param name="approximate">Not 0 to take the form with the hyperbolic tangent.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, int approximate, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            float value = x[i];
            if (approximate != 0)
            {
                y[i] = AtLeast(value, -Far) * Gate(value);
            }
            else
            {
                y[i] = AtLeast(value, -VeryFar) * Distribution(value, Bell(value));
            }
        }
    }

    /// <summary>
    /// inputGradient = outputGradient · (Φ(x) + x φ(x)), where φ(x) = exp(-x²/2) / √(2π); or the derivative of the approximate form. One
    /// work-item for each element.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="approximate">Not 0 if <see cref="Forward"/> took the form with the hyperbolic tangent.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Backward(ArrayView<float> outputGradient, ArrayView<float> x, int approximate, ArrayView<float> inputGradient)
    {
        int i = Grid.GlobalIndex.X;
        if (i < inputGradient.IntLength)
        {
            float value = x[i];
            if (approximate != 0)
            {
                // s (1 + x (1 - s) (2u)'), where s = sigmoid(2u).
                float near = Near(value);
                float gate = Gate(value);
                float slope = 1.59576912f * (1f + (0.134145f * near * near));
                inputGradient[i] = outputGradient[i] * (gate * (1f + (near * (1f - gate) * slope)));
            }
            else
            {
                float bell = Bell(value);
                inputGradient[i] = outputGradient[i] * (Distribution(value, bell) + (Within(value, VeryFar) * bell * 0.398942280f));
            }
        }
    }

    /// <summary>½ (1 + tanh(u)) = sigmoid(2u), where u = √(2/π) (x + 0.044715 x³).</summary>
    private static float Gate(float x)
    {
        float near = Near(x);
        return Activations.Sigmoid(1.59576912f * near * (1f + (0.044715f * near * near)));
    }

    /// <summary>The cube of larger numbers may overflow.</summary>
    private static float Near(float x) => Within(x, Far);

    /// <summary>The number, or the bound, of its sign, that it lies beyond. NaN stays.</summary>
    private static float Within(float x, float bound) => AtLeast(x > bound ? bound : x, -bound);

    private static float AtLeast(float x, float bound) => x < bound ? bound : x;

    /// <summary>exp(-x²/2).</summary>
    private static float Bell(float x)
    {
        // The rounding error of the square would grow to many ulp in the exponential. The upper half of the digits has an exact square.
        float near = Within(x, VeryFar);
        float upper = Interop.IntAsFloat(Interop.FloatAsInt(near) & 0xFFFFF000u);
        float bell = Elementary.Exp(-0.5f * upper * upper);
        return bell + (bell * Elementary.ExpMinusOne(-0.5f * (near - upper) * (near + upper)));
    }

    /// <summary>Φ(x), given exp(-x²/2).</summary>
    private static float Distribution(float x, float bell)
    {
        // The tail Φ(-|x|) = ½ exp(-x²/2) · erfcx(|x| / √2), with the CPU kernel's polynomial for erfcx.
        float t = 1f / (1f + (XMath.Abs(x) * 0.353553391f));
        float p = (0.0408494696f * t) - 0.220756963f;
        p = (p * t) + 0.457463175f;
        p = (p * t) - 0.401374489f;
        p = (p * t) + 0.0823029578f;
        p = (p * t) - 0.0288777538f;
        p = (p * t) + 0.0813267604f;
        p = (p * t) + 0.178447217f;
        p = (p * t) + 0.246389717f;
        p = (p * t) + 0.282136679f;
        p = (p * t) + 0.282093257f;
        float tail = 0.5f * bell * (p * t);
        return x < 0f ? tail : 1f - tail;
    }
}
