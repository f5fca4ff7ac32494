namespace Quern.Kernels.Operators;

/// <summary>A formula of two operands, for every pair of elements.</summary>
public interface IBinaryOperator : IOperator
{
    /// <summary>The formula.</summary>
    /// <typeparam name="S">The words of the formula.</typeparam>
    /// <typeparam name="V">What they work on: one number or a vector of them.</typeparam>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged;
}
