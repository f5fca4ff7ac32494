namespace Quern.Kernels.Gpu;

/// <summary>Sets random elements to zero and scales the others up, so that the mean stays.</summary>
internal static partial class Dropout
{
    /// <summary>
    /// y = x · scale where the upper 24 bits of <see cref="Philox"/>'s word for the element are at least the threshold, else 0: bit for
    /// bit what the CPU kernel of this name gives. One work-item for each four elements.
    /// </summary>
    /// <param name="seedLow">The seed's lower half.</param>
    /// <param name="seedHigh">The seed's upper half.</param>
    /// <param name="streamLow">The stream's lower half.</param>
    /// <param name="streamHigh">The stream's upper half.</param>
    /// <param name="threshold">How likely an element is to become zero, times 2²⁴.</param>
    /// <param name="scale">The factor of the elements that are kept.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Run(
        uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, uint threshold, float scale, ArrayView<float> x, ArrayView<float> y)
    {
        int block = Grid.GlobalIndex.X;
        Philox.Words words = Philox.Encrypt((uint)block, 0, streamLow, streamHigh, seedLow, seedHigh);
        int i = block * 4;
        Store(x, y, y.IntLength, i, scale, words.Word0, threshold);
        Store(x, y, y.IntLength, i + 1, scale, words.Word1, threshold);
        Store(x, y, y.IntLength, i + 2, scale, words.Word2, threshold);
        Store(x, y, y.IntLength, i + 3, scale, words.Word3, threshold);
    }

    private static void Store(ArrayView<float> x, ArrayView<float> y, int length, int i, float scale, uint word, uint threshold)
    {
        if (i < length)
        {
            float kept = x[i] * scale;
            y[i] = word >> 8 >= threshold ? kept : 0f;
        }
    }
}
