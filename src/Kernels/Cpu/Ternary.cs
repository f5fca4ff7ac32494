using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Formulas of three operands over memory.</summary>
public static class Ternary
{
    /// <summary>result = operator(first, second, third), element by element, with one third operand for all.</summary>
    /// <typeparam name="TOperator">The formula.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="third">The third operand.</param>
    /// <param name="result">The result, as long as the first two operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(WorkerPool pool, ReadOnlySpan<float> first, ReadOnlySpan<float> second, float third, Span<float> result)
        where TOperator : struct, ITernaryOperator => TernaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, first, second, third, result);

    /// <summary>result = operator(first, second, third), element by element.</summary>
    /// <typeparam name="TOperator">The formula.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="third">The third operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as any of them.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(
        WorkerPool pool, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, Span<float> result)
        where TOperator : struct, ITernaryOperator => TernaryLoop.Run<TOperator>(typeof(TOperator).Name, pool, first, second, third, result);
}
