namespace Quern.Kernels.Cpu;

/// <summary>A parameter as an optimizer sees it: stretches of memory of one length, which must stay in place during the step.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="gradient">The loss's derivative with respect to it.</param>
/// <param name="state0">The first number that is kept for each element; zeros at first. Null where the optimizer keeps none.</param>
/// <param name="state1">The second number that is kept for each element; zeros at first. Null where the optimizer keeps none.</param>
/// <param name="count">How many elements each has.</param>
public readonly unsafe struct UpdateSegment(float* parameter, float* gradient, float* state0, float* state1, long count)
{
    internal float* Parameter { get; } = parameter;

    internal float* Gradient { get; } = gradient;

    internal float* State0 { get; } = state0;

    internal float* State1 { get; } = state1;

    internal long Count { get; } = count;
}
