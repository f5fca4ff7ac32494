namespace Quern.Kernels.Gpu;

/// <summary>A running sum that keeps what its roundings lose, so that a sum of millions is as good as a sum of a few. Source: Knuth's TwoSum.</summary>
internal struct Total
{
    // Sums are kept a second time in this unit, 2⁻⁸⁰, for what a float cannot hold; a square has the unit twice.
    public const float Unit = 8.27180613e-25f;

    private float _sum;
    private float _lost;

    /// <summary>Nothing yet.</summary>
    public static Total Zero()
    {
        Total total;
        total._sum = 0f;
        total._lost = 0f;
        return total;
    }

    /// <summary>total + value.</summary>
    public static Total Add(Total total, float value)
    {
        float sum = total._sum + value;
        float added = sum - total._sum;
        total._lost += (total._sum - (sum - added)) + (value - added);
        total._sum = sum;
        return total;
    }

    /// <summary>The same sum with as much in it as it holds, so that of millions of additions too little is lost to be rounded off.</summary>
    public static Total Settle(Total total)
    {
        float sum = Value(total);
        total._lost = IsFinite(sum) ? total._lost - (sum - total._sum) : 0f;
        total._sum = sum;
        return total;
    }

    /// <summary>The sum, rounded once. What an infinite sum has lost is NaN and says nothing.</summary>
    public static float Value(Total total) => IsFinite(total._sum) ? total._sum + total._lost : total._sum;

    /// <summary>Whether a value is neither an infinity nor NaN.</summary>
    public static bool IsFinite(float value) => (Interop.FloatAsInt(value) & 0x7F800000u) != 0x7F800000u;
}

/// <summary>A sum as it is, and in a small unit for when it is more than a float can hold.</summary>
internal struct SumPair
{
    public float Plain;
    public float Scaled;

    /// <summary>The two as one.</summary>
    public static SumPair Of(float plain, float scaled)
    {
        SumPair pair;
        pair.Plain = plain;
        pair.Scaled = scaled;
        return pair;
    }

    /// <summary>The sum times a factor: finite where that is, even if the sum is not.</summary>
    public static float Times(SumPair pair, float factor) =>
        Total.IsFinite(pair.Plain) ? pair.Plain * factor : pair.Scaled * factor / Total.Unit;
}
