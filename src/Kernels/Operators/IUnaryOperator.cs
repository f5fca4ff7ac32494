namespace Quern.Kernels.Operators;

/// <summary>A formula of one operand, for every element: <c>y = f(x)</c>.</summary>
public interface IUnaryOperator : IOperator
{
    /// <summary>The formula.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="x">The operand.</param>
    static abstract V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged;
}
