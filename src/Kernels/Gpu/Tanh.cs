namespace Quern.Kernels.Gpu;

/// <summary>The hyperbolic tangent.</summary>
internal static partial class Tanh
{
    /// <summary>y = tanh(x). One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] = Elementary.Tanh(x[i]);
        }
    }

    /// <summary>inputGradient = outputGradient · (1 - output²). One work-item for each element.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output.</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Backward(ArrayView<float> outputGradient, ArrayView<float> output, ArrayView<float> inputGradient)
    {
        int i = Grid.GlobalIndex.X;
        if (i < inputGradient.IntLength)
        {
            inputGradient[i] = Activations.TanhGradient(outputGradient[i], output[i]);
        }
    }
}
