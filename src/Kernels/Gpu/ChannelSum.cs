namespace Quern.Kernels.Gpu;

/// <summary>The sum of each channel over a batch of pictures. The order of the additions depends on the sizes alone.</summary>
internal static partial class ChannelSum
{
    /// <summary>
    /// result[s, c, l] = scale · the sum of x[b, c, i] over b = s, s + sections, … and i = l, l + lanes, …, or that added to the result. One
    /// work-item for each element of the result. A large batch is folded to a few hundred sums for each channel first, and these to one.
    /// </summary>
    /// <param name="x">The operand, [batch, channels, inner], row-major.</param>
    /// <param name="batch">The number of samples.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="sections">How many sums the samples give.</param>
    /// <param name="lanes">How many sums the numbers of a sample give.</param>
    /// <param name="scale">The factor: 1, or 1 / (batch · inner) for a mean.</param>
    /// <param name="accumulate">Not 0 to add to the result.</param>
    /// <param name="result">The result, [sections, channels, lanes].</param>
    [Kernel]
    public static void Fold(
        ArrayView<float> x, int batch, int channels, int inner, int sections, int lanes, float scale, int accumulate, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int rest = i / lanes;
            int lane = i - (rest * lanes);
            int section = rest / channels;
            int channel = rest - (section * channels);
            Total total = ChannelRun.Fold<Identity>(x, x, batch, channels, inner, sections, lanes, section, channel, lane, 0f);
            float sum = Total.Value(total);
            float value = sum * scale;
            if (!Total.IsFinite(sum))
            {
                // Once more in the small unit, for a mean that a float holds though it does not hold the sum.
                Total small = Total.Zero();
                for (int sample = section; sample < batch; sample += sections)
                {
                    long start = (((long)sample * channels) + channel) * inner;
                    for (int j = lane; j < inner; j += lanes)
                    {
                        small = Total.Add(small, x[start + j] * Total.Unit);
                    }
                }

                value = Total.Value(small) * scale / Total.Unit;
            }

            result[i] = accumulate != 0 ? result[i] + value : value;
        }
    }

    private readonly struct Identity : IChannelTerm
    {
        public static float Of(float first, float second, float center) => first;
    }
}
