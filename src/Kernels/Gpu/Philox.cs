namespace Quern.Kernels.Gpu;

/// <summary>
/// Random numbers that are computed from their place: Philox 4x32-10, drawn as the CPU kernel of this name draws them. Source:
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
/// </summary>
internal static partial class Philox
{
    private const uint FirstMultiplier = 0xD2511F53;
    private const uint SecondMultiplier = 0xCD9E8D57;
    private const uint FirstKeyStep = 0x9E3779B9;
    private const uint SecondKeyStep = 0xBB67AE85;
    private const int Rounds = 10;
    private const float UnitStep = 1f / (1 << 24);
    private const float AngleStep = 6.2831853f / (1 << 24);

    /// <summary>
    /// Even over a <see cref="UniformRange"/>, where u is a multiple of 2⁻²⁴. One work-item for each four elements.
    /// </summary>
    /// <param name="seedLow">The seed's lower half.</param>
    /// <param name="seedHigh">The seed's upper half.</param>
    /// <param name="streamLow">The stream's lower half.</param>
    /// <param name="streamHigh">The stream's upper half.</param>
    /// <param name="offset">The range's offset.</param>
    /// <param name="width">The range's width.</param>
    /// <param name="factor">The range's factor.</param>
    /// <param name="greatest">The greatest number of the range.</param>
    /// <param name="result">What is filled.</param>
    [Kernel]
    public static void Uniform(
        uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, float offset, float width, float factor, float greatest, ArrayView<float> result)
    {
        int block = Grid.GlobalIndex.X;
        Words words = Encrypt((uint)block, 0, streamLow, streamHigh, seedLow, seedHigh);
        int i = block * 4;
        StoreUniform(result, result.IntLength, i, offset, width, factor, greatest, words.Word0);
        StoreUniform(result, result.IntLength, i + 1, offset, width, factor, greatest, words.Word1);
        StoreUniform(result, result.IntLength, i + 2, offset, width, factor, greatest, words.Word2);
        StoreUniform(result, result.IntLength, i + 3, offset, width, factor, greatest, words.Word3);
    }

    /// <summary>Normal, two from two words by the method of Box and Muller. One work-item for each four elements.</summary>
    /// <param name="seedLow">The seed's lower half.</param>
    /// <param name="seedHigh">The seed's upper half.</param>
    /// <param name="streamLow">The stream's lower half.</param>
    /// <param name="streamHigh">The stream's upper half.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="result">What is filled.</param>
    [Kernel]
    public static void Normal(uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, float mean, float std, ArrayView<float> result)
    {
        int block = Grid.GlobalIndex.X;
        Words words = Encrypt((uint)block, 0, streamLow, streamHigh, seedLow, seedHigh);
        int i = block * 4;
        float radius = Radius(words.Word0);
        float angle = (words.Word1 >> 8) * AngleStep;
        Store(result, result.IntLength, i, mean, std, radius * Elementary.Cos(angle));
        Store(result, result.IntLength, i + 1, mean, std, radius * Elementary.Sin(angle));
        radius = Radius(words.Word2);
        angle = (words.Word3 >> 8) * AngleStep;
        Store(result, result.IntLength, i + 2, mean, std, radius * Elementary.Cos(angle));
        Store(result, result.IntLength, i + 3, mean, std, radius * Elementary.Sin(angle));
    }

    // Of a number in (0, 1], so that the logarithm is finite.
    private static float Radius(uint word) => XMath.Sqrt(-2f * Elementary.Log(((word >> 8) + 1) * UnitStep));

    private static void StoreUniform(
        ArrayView<float> result, int length, int i, float offset, float width, float factor, float greatest, uint word)
    {
        if (i < length)
        {
            float scaled = (word >> 8) * UnitStep * width;
            float value = offset + scaled;
            result[i] = XMath.Min(value * factor, greatest);
        }
    }

    private static void Store(ArrayView<float> result, int length, int i, float offset, float scale, float value)
    {
        if (i < length)
        {
            // Two statements: fused into one rounding the number would differ from the processor's.
            float scaled = value * scale;
            result[i] = offset + scaled;
        }
    }

    /// <summary>The four words of a block: ten rounds over a counter of four words with a key of two.</summary>
    internal static Words Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong first = (ulong)FirstMultiplier * c0;
            ulong second = (ulong)SecondMultiplier * c2;
            c0 = (uint)(second >> 32) ^ c1 ^ k0;
            c1 = (uint)second;
            c2 = (uint)(first >> 32) ^ c3 ^ k1;
            c3 = (uint)first;
            k0 += FirstKeyStep;
            k1 += SecondKeyStep;
        }

        Words words;
        words.Word0 = c0;
        words.Word1 = c1;
        words.Word2 = c2;
        words.Word3 = c3;
        return words;
    }

    internal struct Words
    {
        public uint Word0;
        public uint Word1;
        public uint Word2;
        public uint Word3;
    }
}
