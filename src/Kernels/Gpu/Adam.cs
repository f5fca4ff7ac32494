namespace Quern.Kernels.Gpu;

/// <summary>The optimizer Adam, as PyTorch computes it. Source: Kingma and Ba, "Adam: a method for stochastic optimization".</summary>
internal static partial class Adam
{
    /// <summary>
    /// One step of one parameter: g += decay · p; m += (1 - β₁)(g - m); v = β₂ v + (1 - β₂) g²;
    /// p = keep · p - stepSize · m / (√v · rootScale + ε). One work-item for each run of elements.
    /// </summary>
    /// <param name="parameter">The parameter p.</param>
    /// <param name="gradient">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="stepSize">The learning rate over 1 - β₁ᵗ.</param>
    /// <param name="rootScale">One over the root of 1 - β₂ᵗ.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="oneMinusBeta1">1 - β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="oneMinusBeta2">1 - β₂.</param>
    /// <param name="decay">The pull towards zero that is added to the gradient.</param>
    /// <param name="keep">What the parameter is multiplied by first: 1 unless the decay is decoupled (AdamW).</param>
    /// <param name="run">How many neighbouring elements a work-item takes: see <see cref="ElementRun"/>.</param>
    [Kernel]
    public static void Step(
        ArrayView<float> parameter,
        ArrayView<float> gradient,
        ArrayView<float> firstMoment,
        ArrayView<float> secondMoment,
        float stepSize,
        float rootScale,
        float epsilon,
        float oneMinusBeta1,
        float beta2,
        float oneMinusBeta2,
        float decay,
        float keep,
        int run)
    {
        int first = Grid.GlobalIndex.X * run;
        int end = XMath.Min(first + run, parameter.IntLength);
        for (int i = first; i < end; i++)
        {
            float p = parameter[i];
            float g = gradient[i] + (decay * p);
            float m = firstMoment[i];
            m += (g - m) * oneMinusBeta1;
            float v = (beta2 * secondMoment[i]) + (oneMinusBeta2 * g * g);
            firstMoment[i] = m;
            secondMoment[i] = v;
            parameter[i] = (p * keep) - (m * stepSize / ((XMath.Sqrt(v) * rootScale) + epsilon));
        }
    }
}
