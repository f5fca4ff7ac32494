namespace Quern.Kernels.Gpu;

/// <summary>The sigmoid linear unit, also called swish.</summary>
internal static partial class Silu
{
    // Beyond this the sigmoid rounds to 0 or 1: what it is multiplied by is no larger, since 0 · ∞ is NaN.
    private const float Far = 110f;

    /// <summary>y = x · sigmoid(x). One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            float value = x[i];
            y[i] = (value < -Far ? -Far : value) * Activations.Sigmoid(value);
        }
    }

    /// <summary>inputGradient = outputGradient · s (1 + x (1 - s)), where s = sigmoid(x). One work-item for each element.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Backward(ArrayView<float> outputGradient, ArrayView<float> x, ArrayView<float> inputGradient)
    {
        int i = Grid.GlobalIndex.X;
        if (i < inputGradient.IntLength)
        {
            float atMost = x[i] > Far ? Far : x[i];
            float value = atMost < -Far ? -Far : atMost;
            float s = Activations.Sigmoid(value);
            inputGradient[i] = outputGradient[i] * (s * (1f + (value * (1f - s))));
        }
    }
}
