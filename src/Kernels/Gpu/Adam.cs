namespace Quern.Kernels.Gpu;

/// <summary>The optimizer Adam, as PyTorch computes it. Source: Kingma and Ba, "Adam: a method for stochastic optimization".</summary>
internal static partial class Adam
{
    /// <summary>How many parameters one launch changes. So many views fit into the 1024 bytes of arguments that every OpenCL device takes.</summary>
    public const int Slots = 8;

    /// <summary>
    /// One step of up to eight parameters: g += decay · p; m += (1 - β₁)(g - m); v = β₂ v + (1 - β₂) g²;
    /// p = keep · p - stepSize · m / (√v · rootScale + ε). One work-item for each run of elements; the groups of a parameter follow those of
    /// the one before.
    /// </summary>
    /// <param name="parameter0">The parameter p of slot 0.</param>
    /// <param name="gradient0">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment0">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment0">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end0">The first group behind it.</param>
    /// <param name="parameter1">The parameter p of slot 1.</param>
    /// <param name="gradient1">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment1">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment1">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end1">The first group behind it.</param>
    /// <param name="parameter2">The parameter p of slot 2.</param>
    /// <param name="gradient2">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment2">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment2">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end2">The first group behind it.</param>
    /// <param name="parameter3">The parameter p of slot 3.</param>
    /// <param name="gradient3">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment3">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment3">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end3">The first group behind it.</param>
    /// <param name="parameter4">The parameter p of slot 4.</param>
    /// <param name="gradient4">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment4">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment4">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end4">The first group behind it.</param>
    /// <param name="parameter5">The parameter p of slot 5.</param>
    /// <param name="gradient5">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment5">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment5">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end5">The first group behind it.</param>
    /// <param name="parameter6">The parameter p of slot 6.</param>
    /// <param name="gradient6">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment6">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment6">The running mean v of the gradient's square; zeros at first.</param>
    /// <param name="end6">The first group behind it.</param>
    /// <param name="parameter7">The parameter p of slot 7.</param>
    /// <param name="gradient7">The loss's derivative g with respect to it.</param>
    /// <param name="firstMoment7">The running mean m of the gradient; zeros at first.</param>
    /// <param name="secondMoment7">The running mean v of the gradient's square; zeros at first.</param>
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
        ArrayView<float> parameter0,
        ArrayView<float> gradient0,
        ArrayView<float> firstMoment0,
        ArrayView<float> secondMoment0,
        int end0,
        ArrayView<float> parameter1,
        ArrayView<float> gradient1,
        ArrayView<float> firstMoment1,
        ArrayView<float> secondMoment1,
        int end1,
        ArrayView<float> parameter2,
        ArrayView<float> gradient2,
        ArrayView<float> firstMoment2,
        ArrayView<float> secondMoment2,
        int end2,
        ArrayView<float> parameter3,
        ArrayView<float> gradient3,
        ArrayView<float> firstMoment3,
        ArrayView<float> secondMoment3,
        int end3,
        ArrayView<float> parameter4,
        ArrayView<float> gradient4,
        ArrayView<float> firstMoment4,
        ArrayView<float> secondMoment4,
        int end4,
        ArrayView<float> parameter5,
        ArrayView<float> gradient5,
        ArrayView<float> firstMoment5,
        ArrayView<float> secondMoment5,
        int end5,
        ArrayView<float> parameter6,
        ArrayView<float> gradient6,
        ArrayView<float> firstMoment6,
        ArrayView<float> secondMoment6,
        int end6,
        ArrayView<float> parameter7,
        ArrayView<float> gradient7,
        ArrayView<float> firstMoment7,
        ArrayView<float> secondMoment7,
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
        int group = Grid.IdxX;
        if (group < end0)
        {
            Update(parameter0, parameter0.IntLength, gradient0, firstMoment0, secondMoment0, ((group * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end1)
        {
            Update(parameter1, parameter1.IntLength, gradient1, firstMoment1, secondMoment1, (((group - end0) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end2)
        {
            Update(parameter2, parameter2.IntLength, gradient2, firstMoment2, secondMoment2, (((group - end1) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end3)
        {
            Update(parameter3, parameter3.IntLength, gradient3, firstMoment3, secondMoment3, (((group - end2) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end4)
        {
            Update(parameter4, parameter4.IntLength, gradient4, firstMoment4, secondMoment4, (((group - end3) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end5)
        {
            Update(parameter5, parameter5.IntLength, gradient5, firstMoment5, secondMoment5, (((group - end4) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else if (group < end6)
        {
            Update(parameter6, parameter6.IntLength, gradient6, firstMoment6, secondMoment6, (((group - end5) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
        else
        {
            Update(parameter7, parameter7.IntLength, gradient7, firstMoment7, secondMoment7, (((group - end6) * Group.DimX) + Group.IdxX) * run, stepSize, rootScale, epsilon, oneMinusBeta1, beta2, oneMinusBeta2, decay, keep, run);
        }
    }

    private static void Update(
        ArrayView<float> parameter,
        int length,
        ArrayView<float> gradient,
        ArrayView<float> firstMoment,
        ArrayView<float> secondMoment,
        int first,
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
        int end = XMath.Min(first + run, length);
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
