namespace Quern.Kernels.Operators;

/// <summary>One step of an optimizer for one element of a parameter.</summary>
public interface IUpdateOperator : IOperator
{
    /// <summary>The most coefficients that a formula is given.</summary>
    const int MaxCoefficients = 8;

    /// <summary>How many numbers are kept for each element from step to step: 0, 1 or 2.</summary>
    static abstract int StateCount { get; }

    /// <summary>The formula.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="parameter">The parameter, which the step changes.</param>
    /// <param name="gradient">The loss's derivative with respect to it.</param>
    /// <param name="state0">The first number that is kept; zero at first.</param>
    /// <param name="state1">The second number that is kept; zero at first.</param>
    /// <param name="c0">A coefficient, such as the step size: the same number for all elements, computed once for each step.</param>
    /// <param name="c1">A second coefficient; one that was not given is 0.</param>
    /// <param name="c2">A third coefficient.</param>
    /// <param name="c3">A fourth coefficient.</param>
    /// <param name="c4">A fifth coefficient.</param>
    /// <param name="c5">A sixth coefficient.</param>
    /// <param name="c6">A seventh coefficient.</param>
    /// <param name="c7">An eighth coefficient.</param>
    static abstract void Invoke<S, V>(
        ref V parameter, V gradient, ref V state0, ref V state1, V c0, V c1, V c2, V c3, V c4, V c5, V c6, V c7)
        where S : struct, IArithmetic<V>
        where V : unmanaged;
}
