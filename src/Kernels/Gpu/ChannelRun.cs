namespace Quern.Kernels.Gpu;

/// <summary>What is added up over a channel.</summary>
internal interface IChannelTerm
{
    /// <summary>The term of two numbers at the same place; one that needs a single operand leaves the second.</summary>
    static abstract float Of(float first, float second, float center);
}

/// <summary>
/// Adds up neighbours in memory by one work-item: eight sums side by side, which a processor's compiler keeps in one register. The form for
/// sums with one lane; with several, neighbouring work-items take neighbours.
/// </summary>
internal static class ChannelRun
{
    /// <summary>A shorter run is not worth its setting up.</summary>
    public const int MinLength = 8;

    // Eight rounds of eight sums: few enough that their roundings need not be kept.
    private const int BlockLength = 64;

    /// <summary>total + the sum of the terms of count elements from start on.</summary>
    public static Total Add<TTerm>(Total total, ArrayView<float> first, ArrayView<float> second, long start, int count, float center)
        where TTerm : struct, IChannelTerm
    {
        int j = 0;
        while (j < count - 7)
        {
            int end = XMath.Min(j + BlockLength, count) - 7;
            float s0 = 0f;
            float s1 = 0f;
            float s2 = 0f;
            float s3 = 0f;
            float s4 = 0f;
            float s5 = 0f;
            float s6 = 0f;
            float s7 = 0f;
            for (; j < end; j += 8)
            {
                long at = start + j;
                s0 += TTerm.Of(first[at], second[at], center);
                s1 += TTerm.Of(first[at + 1], second[at + 1], center);
                s2 += TTerm.Of(first[at + 2], second[at + 2], center);
                s3 += TTerm.Of(first[at + 3], second[at + 3], center);
                s4 += TTerm.Of(first[at + 4], second[at + 4], center);
                s5 += TTerm.Of(first[at + 5], second[at + 5], center);
                s6 += TTerm.Of(first[at + 6], second[at + 6], center);
                s7 += TTerm.Of(first[at + 7], second[at + 7], center);
            }

            total = Total.Add(total, ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7)));
        }

        for (; j < count; j++)
        {
            total = Total.Add(total, TTerm.Of(first[start + j], second[start + j], center));
        }

        return total;
    }
}
