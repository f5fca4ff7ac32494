namespace Quern.Kernels.Cpu;

/// <summary>A parameter as Adam sees it: four stretches of memory of one length, which must stay in place during the step.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="gradient">The loss's derivative with respect to it.</param>
/// <param name="firstMoment">The running mean of the gradient; zeros at first.</param>
/// <param name="secondMoment">The running mean of the gradient's square; zeros at first.</param>
/// <param name="count">How many elements each has.</param>
public readonly unsafe struct AdamSegment(float* parameter, float* gradient, float* firstMoment, float* secondMoment, long count)
{
    internal float* Parameter { get; } = parameter;

    internal float* Gradient { get; } = gradient;

    internal float* FirstMoment { get; } = firstMoment;

    internal float* SecondMoment { get; } = secondMoment;

    internal long Count { get; } = count;
}
