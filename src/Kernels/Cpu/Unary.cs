using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Formulas of one operand over memory.</summary>
public static class Unary
{
    /// <summary>y = operator(x), element by element.</summary>
    /// <typeparam name="TOperator">The formula: <see cref="ExpOperator"/>, <see cref="Compose{TInner, TOuter}"/>, or one of your own.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    public static void Run<TOperator>(WorkerPool pool, ReadOnlySpan<float> x, Span<float> y)
        where TOperator : struct, IUnaryOperator => UnaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, x, y);
}
