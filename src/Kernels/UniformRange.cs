namespace Quern.Kernels;

/// <summary>How a number u in [0, 1) becomes one in [low, high): the lesser of (offset + width · u) · factor and greatest.</summary>
/// <param name="Offset">The lower bound over the factor.</param>
/// <param name="Width">The distance of the bounds over the factor.</param>
/// <param name="Factor">1; or 2 where the distance of the bounds is no float.</param>
/// <param name="Greatest">The greatest number below the upper bound, which rounding would reach; the bound itself where both are the same.</param>
internal readonly record struct UniformRange(float Offset, float Width, float Factor, float Greatest)
{
    /// <summary>The range between two finite bounds, of which the lower comes first.</summary>
    public static UniformRange Between(float low, float high)
    {
        float greatest = low < high ? MathF.BitDecrement(high) : high;
        float width = high - low;
        return float.IsInfinity(width)
            ? new UniformRange(low / 2, (high / 2) - (low / 2), 2, greatest)
            : new UniformRange(low, width, 1, greatest);
    }
}
