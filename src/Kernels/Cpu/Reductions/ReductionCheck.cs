namespace Quern.Kernels.Cpu.Reductions;

/// <summary>The checks that reductions share.</summary>
internal static class ReductionCheck
{
    /// <summary>x is [outer, axis, inner] and the result [outer, inner], apart from each other.</summary>
    public static void Lengths(string operation, ReadOnlySpan<float> x, int outer, int axis, int inner, ReadOnlySpan<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outer);
        ArgumentOutOfRangeException.ThrowIfNegative(axis);
        ArgumentOutOfRangeException.ThrowIfNegative(inner);
        if (x.Length != (long)outer * axis * inner || result.Length != (long)outer * inner)
        {
            throw new ArgumentException(
                $"{operation}: x has {x.Length} elements and the result {result.Length}; [{outer}, {axis}, {inner}] needs "
                + $"{(long)outer * axis * inner} and {(long)outer * inner}.");
        }

        if (x.Overlaps(result))
        {
            throw new ArgumentException($"{operation}: the result overlaps x. Pass another result.");
        }
    }
}
