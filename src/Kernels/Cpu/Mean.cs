using Quern.Kernels.Cpu.Reductions;

namespace Quern.Kernels.Cpu;

/// <summary>The mean along an axis; NaN along an empty one.</summary>
public static class Mean
{
    /// <summary>result[i, k] = the mean over j of x[i, j, k].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner]; it must not overlap x.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, or the two overlap.</exception>
    public static void Run(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result)
    {
        ReductionCheck.Lengths("Mean.Run", x, outer, axis, inner, result);
        SumLoop.Run(pool, x, outer, axis, inner, 1f / axis, accumulate: false, result);
    }
}
