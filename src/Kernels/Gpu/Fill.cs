namespace Quern.Kernels.Gpu;

/// <summary>The same value everywhere.</summary>
internal static partial class Fill
{
    /// <summary>Sets every element to a value. One work-item for each element.</summary>
    /// <param name="result">What is filled.</param>
    /// <param name="value">The value.</param>
    [Kernel]
    public static void Run(ArrayView<float> result, float value)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = value;
        }
    }

    /// <summary>Sets every byte to a value. One work-item for each.</summary>
    /// <param name="result">What is filled.</param>
    /// <param name="value">The value, from 0 to 255.</param>
    [Kernel]
    public static void RunBytes(ArrayView<byte> result, int value)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = (byte)value;
        }
    }

    /// <summary>result[b, c, i] = values[c]. One work-item for each run of a plane.</summary>
    /// <param name="result">What is filled, [batch, channels, inner].</param>
    /// <param name="values">A value for each channel.</param>
    /// <param name="inner">The numbers of a channel in one sample.</param>
    /// <param name="run">How many elements a work-item takes: see <see cref="PlaneRun"/>.</param>
    [Kernel]
    public static void RunChannels(ArrayView<float> result, ArrayView<float> values, int inner, int run)
    {
        int runs = ((inner - 1) / run) + 1;
        int plane = Grid.GlobalIndex.X / runs;
        if (plane < result.IntLength / inner)
        {
            int first = (Grid.GlobalIndex.X - (plane * runs)) * run;
            long end = ((long)plane * inner) + XMath.Min(first + run, inner);
            float value = values[plane - (plane / values.IntLength * values.IntLength)];
            for (long i = ((long)plane * inner) + first; i < end; i++)
            {
                result[i] = value;
            }
        }
    }
}
