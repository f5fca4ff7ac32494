namespace Quern.Kernels;

/// <summary>Division of whole numbers that are not negative.</summary>
internal static class Division
{
    /// <summary>The quotient, rounded up: how many parts of a size it takes for so many items. It never overflows.</summary>
    /// <param name="items">The dividend.</param>
    /// <param name="size">The divisor: at least 1.</param>
    public static int RoundUp(int items, int size)
    {
        (int whole, int rest) = Math.DivRem(items, size);
        return rest > 0 ? whole + 1 : whole;
    }

    /// <inheritdoc cref="RoundUp(int, int)"/>
    public static long RoundUp(long items, long size)
    {
        (long whole, long rest) = Math.DivRem(items, size);
        return rest > 0 ? whole + 1 : whole;
    }
}
