namespace Quern.Kernels.Gpu;

/// <summary>The rectified linear unit that lets a part of negative values through.</summary>
internal static partial class LeakyRelu
{
    /// <summary>y = x > 0 ? x : slope · x; NaN stays NaN. One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="slope">The factor of negative values.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, float slope, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] = x[i] * Slope(x[i], slope);
        }
    }

    /// <summary>inputGradient = outputGradient · (x > 0 ? 1 : slope). One work-item for each element.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="slope">The factor of negative values.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Backward(ArrayView<float> outputGradient, ArrayView<float> x, float slope, ArrayView<float> inputGradient)
    {
        int i = Grid.GlobalIndex.X;
        if (i < inputGradient.IntLength)
        {
            inputGradient[i] = outputGradient[i] * Slope(x[i], slope);
        }
    }

    private static float Slope(float x, float slope) => x > 0f ? 1f : slope;
}
