namespace Quern.Kernels.Cpu;

/// <summary>A parameter as SGD sees it: stretches of memory of one length, which must stay in place during the step.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="gradient">The loss's derivative with respect to it.</param>
/// <param name="velocity">What momentum has gathered; zeros at first. Without momentum it is not touched and may be null.</param>
/// <param name="count">How many elements each has.</param>
public readonly unsafe struct SgdSegment(float* parameter, float* gradient, float* velocity, long count)
{
    internal float* Parameter { get; } = parameter;

    internal float* Gradient { get; } = gradient;

    internal float* Velocity { get; } = velocity;

    internal long Count { get; } = count;
}
