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
            float sum = 0f;
            for (int sample = section; sample < batch; sample += sections)
            {
                long start = (((long)sample * channels) + channel) * inner;
                for (int j = lane; j < inner; j += lanes)
                {
                    sum += x[start + j];
                }
            }

            sum *= scale;
            result[i] = accumulate != 0 ? result[i] + sum : sum;
        }
    }
}
