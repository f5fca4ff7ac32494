namespace Quern.Kernels.Operators;

/// <summary>A formula of three operands, for every triple of elements.</summary>
public interface ITernaryOperator : IOperator
{
    /// <summary>The formula.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="third">The third operand.</param>
    static abstract V Invoke<S, V>(V first, V second, V third)
        where S : struct, IArithmetic<V>
        where V : unmanaged;
}
