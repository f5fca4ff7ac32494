namespace Quern.Kernels.Gpu;

/// <summary>What is added up over a channel.</summary>
internal interface IChannelTerm
{
    /// <summary>The term of two numbers at the same place; one that needs a single operand leaves the second.</summary>
    static abstract float Of(float first, float second, float center);
}

/// <summary>What a work-item adds up over a channel of a batch [batch, channels, inner].</summary>
internal static class ChannelRun
{
    /// <summary>A shorter run is not worth its setting up.</summary>
    public const int MinLength = 8;

    // So many floats are added before their sum joins the total: few enough that their roundings need not be kept. Side by side they are eight rounds
    // of eight sums.
    private const int BlockLength = 32;
    private const int WideBlockLength = 64;

    /// <summary>The sum of the terms of the samples b = section, section + sections, … and of their numbers i = lane, lane + lanes, ….</summary>
    public static Total Fold<TTerm>(
        ArrayView<float> first, ArrayView<float> second, int batch, int channels, int inner, int sections, int lanes, int section, int channel, int lane, float center)
        where TTerm : struct, IChannelTerm
    {
        Total total = Total.Zero();
        long step = (long)sections * channels * inner;
        int sample = section;
        for (; lanes == 1 && inner >= MinLength && sample < batch; sample += sections)
        {
            total = Add<TTerm>(total, first, second, (((long)sample * channels) + channel) * inner, inner, center);
        }

        // Four samples at once: as many loads are under way.
        for (; sample < batch - (3 * sections); sample += 4 * sections)
        {
            long start = (((long)sample * channels) + channel) * inner;
            for (int from = lane; from < inner; from += BlockLength * lanes)
            {
                int to = XMath.Min(inner, from + (BlockLength * lanes));
                float block = 0f;
                for (int j = from; j < to; j += lanes)
                {
                    long at = start + j;
                    float x0 = TTerm.Of(first[at], second[at], center);
                    float x1 = TTerm.Of(first[at + step], second[at + step], center);
                    float x2 = TTerm.Of(first[at + (2 * step)], second[at + (2 * step)], center);
                    float x3 = TTerm.Of(first[at + (3 * step)], second[at + (3 * step)], center);
                    block += (x0 + x1) + (x2 + x3);
                }

                total = Total.Add(total, block);
            }
        }

        for (; sample < batch; sample += sections)
        {
            long start = (((long)sample * channels) + channel) * inner;
            for (int from = lane; from < inner; from += BlockLength * lanes)
            {
                int to = XMath.Min(inner, from + (BlockLength * lanes));
                float block = 0f;
                for (int j = from; j < to; j += lanes)
                {
                    block += TTerm.Of(first[start + j], second[start + j], center);
                }

                total = Total.Add(total, block);
            }
        }

        return total;
    }

    /// <summary>
    /// total + the sum of the terms of count elements from start on: eight sums side by side, which a processor's compiler keeps in one register. The
    /// form for sums with one lane; with several, neighbouring work-items take neighbours.
    /// </summary>
    private static Total Add<TTerm>(Total total, ArrayView<float> first, ArrayView<float> second, long start, int count, float center)
        where TTerm : struct, IChannelTerm
    {
        int j = 0;
        while (j < count - 7)
        {
            int end = XMath.Min(j + WideBlockLength, count) - 7;
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
