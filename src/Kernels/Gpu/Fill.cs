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
}
