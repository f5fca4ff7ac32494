using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The smallest along an axis; NaN where one is NaN.</summary>
public static class Min
{
    /// <summary>result[i, k] = the smallest over j of x[i, j, k].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner]; it must not overlap x.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, the axis is empty, or the two overlap.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result) =>
        FoldLoop.Run<MinimumOperator>("Min.Run", pool, x, outer, axis, inner, result);
}
