namespace Quern.Kernels.Gpu;

/// <summary>How far a normal distribution with independent coordinates is from the standard one. Source: Kingma and Welling, 2014.</summary>
internal static partial class KlDivergence
{
    /// <summary>
    /// sums[s] = the sum of ½ (exp(v) + m² - 1 - v) over a section; and meanGradient = scale · m,
    /// logVarianceGradient = scale · ½ (exp(v) - 1). One work-item for each sum: see <see cref="LossLoop"/>.
    /// </summary>
    /// <param name="mean">The means, m.</param>
    /// <param name="logVariance">The logarithms of the variances, v, as many as means.</param>
    /// <param name="scale">The factor of the gradients.</param>
    /// <param name="meanGradient">The gradient with respect to the means, or empty if not wanted.</param>
    /// <param name="logVarianceGradient">The gradient with respect to the logarithms of the variances, or empty if not wanted.</param>
    /// <param name="sums">The result: as many sums as there are sections.</param>
    [Kernel]
    public static void Run(
        ArrayView<float> mean,
        ArrayView<float> logVariance,
        float scale,
        ArrayView<float> meanGradient,
        ArrayView<float> logVarianceGradient,
        ArrayView<float> sums)
    {
        LossLoop.Run<Loss>(
            mean,
            logVariance,
            mean.IntLength,
            scale,
            meanGradient,
            meanGradient.IntLength,
            logVarianceGradient,
            logVarianceGradient.IntLength,
            sums,
            sums.IntLength);
    }

    private readonly struct Loss : ILossFunction
    {
        public static float Invoke(float first, float second, out float firstGradient, out float secondGradient)
        {
            float excess = Elementary.Exp(second) - 1f;
            firstGradient = first;
            secondGradient = 0.5f * excess;
            return 0.5f * ((first * first) + (excess - second));
        }
    }
}
