namespace Quern.Kernels.Gpu;

/// <summary>
/// The elementary functions in the kernels' own words, so that every device and compiler computes the same ones: a device's own may be good
/// to 11 bits only. The formulas of <see cref="Exp"/>, <see cref="Log"/> and <see cref="Tanh"/> are the CPU kernels'. Errors are stated
/// for the whole range of floats and hold whether or not a product and a sum are joined; where a device flushes denormal numbers to zero,
/// they count as zero here too.
/// </summary>
internal static partial class Elementary
{
    private const uint SignBit = 0x80000000u;
    private const uint InfinityBits = 0x7F800000u;
    private const uint OneBits = 0x3F800000u;

    // Adding this to a small float rounds it to an integer, which the lowest bits then hold: 1.5 · 2²³.
    private const float Rounder = 12582912f;
    private const uint RounderBits = 0x4B400000u;

    /// <summary>e to the power of x, within 2 ulp; denormal results, overflow, NaN and infinities included.</summary>
    public static float Exp(float x)
    {
        // Beyond these the result is infinity and 0. NaN stays.
        float atMost = x > 89f ? 89f : x;
        float inside = atMost < -104f ? -104f : atMost;
        float shifted = (inside * 1.44269504f) + Rounder;
        float r = Remainder(inside, shifted - Rounder);
        return Scale(1f + ExpMinusOne(r), (int)(Interop.FloatAsInt(shifted) - RounderBits));
    }

    /// <summary>The natural logarithm, within 3 ulp; -∞ at zero, NaN below.</summary>
    public static float Log(float x)
    {
        // A denormal number is brought into the normal range first.
        float normal = x < 1.17549435e-38f ? x * 8388608f : x;
        float denormalExponent = x < 1.17549435e-38f ? 23f : 0f;
        uint bits = Interop.FloatAsInt(normal);
        int exponent = Exponent(bits);
        float f = Mantissa(bits, exponent) - 1f;
        float n = exponent - denormalExponent;

        // ln(1 + f) = f - f²/2 + f³ · p(f), p interpolated at the Chebyshev points.
        float p = (0.0697161183f * f) - 0.114797339f;
        p = (p * f) + 0.116854198f;
        p = (p * f) - 0.124256872f;
        p = (p * f) + 0.142490581f;
        p = (p * f) - 0.166678026f;
        p = (p * f) + 0.200007156f;
        p = (p * f) - 0.24999997f;
        p = (p * f) + 0.333333313f;

        // n · ln 2 in two parts, the small ones added first.
        float square = f * f;
        float low = (p * f * square) - (n * 2.12194442e-4f);
        low -= 0.5f * square;
        float result = (n * 0.693359375f) + (f + low);

        // What the formula does not give: ∞ and NaN stay, zero gives -∞, negative numbers NaN.
        result = x < float.PositiveInfinity ? result : x;
        result = x == 0f ? float.NegativeInfinity : result;
        return x < 0f ? float.NaN : result;
    }

    /// <summary>The hyperbolic tangent, within 4 ulp.</summary>
    public static float Tanh(float x)
    {
        // -t / (t + 2) with the sign of x, where t = exp(-2|x|) - 1. Beyond 10 the result rounds to 1.
        float magnitude = XMath.Abs(x);
        float doubled = -2f * (magnitude > 10f ? 10f : magnitude);
        float shifted = (doubled * 1.44269504f) + Rounder;
        float r = Remainder(doubled, shifted - Rounder);

        // exp - 1 = 2ⁿ · (exp r - 1) + (2ⁿ - 1): no digits are lost near zero, where n is 0.
        float power = Interop.IntAsFloat((Interop.FloatAsInt(shifted) - RounderBits + 127u) << 23);
        float t = (power * ExpMinusOne(r)) + (power - 1f);
        uint result = Interop.FloatAsInt(t / (t + 2f));
        return Interop.IntAsFloat((result & ~SignBit) | (Interop.FloatAsInt(x) & SignBit));
    }

    /// <summary>What is left of x once n · ln 2 is taken off. The first part of ln 2 has so few bits that its product with n is exact.</summary>
    private static float Remainder(float x, float n) => (x - (n * 0.693359375f)) + (n * 2.12194442e-4f);

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
