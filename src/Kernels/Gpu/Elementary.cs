using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>
/// The elementary functions in the kernels' own words, so that every device and compiler computes the same ones: a device's own may be good
/// to 11 bits only. Errors are stated for the whole range of floats and hold whether or not a product and a sum are joined; where a device
/// flushes denormal numbers to zero, they count as zero here too.
/// </summary>
internal static partial class Elementary
{
    private const uint SignBit = 0x80000000u;
    private const uint InfinityBits = 0x7F800000u;
    private const uint OneBits = 0x3F800000u;

    // Adding this to a small float rounds it to an integer, which the lowest bits then hold: 1.5 · 2²³.
    private const float Rounder = 12582912f;
    private const uint RounderBits = 0x4B400000u;

    /// <summary>e to the power of x.</summary>
    public static float Exp(float x) => ExpOperator.Invoke<DeviceScalar, float>(x);

    /// <summary>The natural logarithm; -∞ at zero, NaN below.</summary>
    public static float Log(float x) => LogOperator.Invoke<DeviceScalar, float>(x);

    /// <summary>exp(r) - 1 for |r| ≤ ln 2 / 2: r + r² · q(r), q interpolated at the Chebyshev points.</summary>
    internal static float ExpMinusOne(float r)
    {
        float q = (0.00139261759f * r) + 0.00836317334f;
        q = (q * r) + 0.0416665561f;
        q = (q * r) + 0.166665778f;
        q = (q * r) + 0.5f;
        return (q * (r * r)) + r;
    }

    /// <summary>value · 2ⁿ in two steps, since for the largest and the denormal results 2ⁿ is no float itself.</summary>
    private static float Scale(float value, int n)
    {
        int half = n >> 1;
        return value * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>2 to the power of an integer from -126 to 127.</summary>
    private static float PowerOfTwo(int n) => Interop.IntAsFloat((uint)(n + 127) << 23);

    /// <summary>The n for which a positive number is 2ⁿ · m with √½ ≤ m &lt; √2; for the bits of √½ see the constant.</summary>
    private static int Exponent(uint bits) => (int)(bits - 0x3F3504F3u) >> 23;

    /// <summary>The m that belongs to this exponent.</summary>
    private static float Mantissa(uint bits, int exponent) => Interop.IntAsFloat(bits - ((uint)exponent << 23));
}
