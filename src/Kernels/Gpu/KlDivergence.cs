namespace Quern.Kernels.Gpu;

/// <summary>How far a normal distribution with independent coordinates is from the standard one. Source: Kingma and Welling, 2014.</summary>
internal static partial class KlDivergence
{
    /// <summary>
    /// sums[s] = the sum of ½ (exp(v) + m² - 1 - v) over a section; and meanGradient = scale · m,
    /// logVarianceGradient = scale · ½ (exp(v) - 1). See <see cref="LossLoop"/>.
    /// </summary>
    /// <param name="mean">The means, m.</param>
    /// <param name="logVariance">The logarithms of the variances, v, as many as means.</param>
    /// <param name="scale">The factor of the gradients.</param>
    /// <param name="meanGradient">The gradient with respect to the means, or empty if not wanted.</param>
    /// <param name="logVarianceGradient">The gradient with respect to the logarithms of the variances, or empty if not wanted.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, sections].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run(
        ArrayView<float> mean,
        ArrayView<float> logVariance,
        float scale,
        ArrayView<float> meanGradient,
        ArrayView<float> logVarianceGradient,
        int length,
        int lanes,
        ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        LossLoop.Run<Loss>(
            shared,
            mean,
            logVariance,
            mean.IntLength,
            scale,
            Activations.None,
            meanGradient,
            meanGradient.IntLength,
            logVarianceGradient,
            logVarianceGradient.IntLength,
            length,
            lanes,
            sums,
            (int)((uint)sums.IntLength >> 1));
    }

    private readonly struct Loss : ILossFunction
    {
        public static float Invoke(float first, float second, int activation, float scale, out float firstGradient, out float secondGradient)
        {
            float excess = Elementary.Exp(second) - 1f;
            firstGradient = scale * first;
            secondGradient = scale * (0.5f * excess);
            return 0.5f * ((first * first) + (excess - second));
        }
    }
}
