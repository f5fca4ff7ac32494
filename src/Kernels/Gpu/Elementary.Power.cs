namespace Quern.Kernels.Gpu;

// The power: its logarithm needs more digits than a float has, since the exponent multiplies the error.
internal static partial class Elementary
{
    /// <summary>
    /// x to the power of y, within 3 ulp; the special cases are those of <see cref="MathF.Pow"/>: 1 for an exponent of zero and for a base of
    /// one whatever the other is, NaN for a negative base with an exponent that is no whole number.
    /// </summary>
    public static float Pow(float x, float y)
    {
        uint baseBits = Interop.FloatAsInt(x);
        uint baseMagnitude = baseBits & ~SignBit;
        uint exponentBits = Interop.FloatAsInt(y);
        uint exponentMagnitude = exponentBits & ~SignBit;
        bool isGrowing = exponentBits == exponentMagnitude;
        if (baseBits == OneBits || exponentMagnitude == 0u)
        {
            return 1f;
        }

        if (baseMagnitude > InfinityBits || exponentMagnitude > InfinityBits)
        {
            return float.NaN;
        }

        if (exponentMagnitude == InfinityBits)
        {
            if (baseMagnitude == OneBits)
            {
                return 1f;
            }

            return baseMagnitude > OneBits == isGrowing ? float.PositiveInfinity : 0f;
        }

        float sign = baseBits != baseMagnitude && IsOdd(exponentMagnitude) ? -1f : 1f;
        if (baseMagnitude == 0u || baseMagnitude == InfinityBits)
        {
            return sign * (baseMagnitude == InfinityBits == isGrowing ? float.PositiveInfinity : 0f);
        }

        if (baseBits != baseMagnitude && !IsWhole(exponentMagnitude))
        {
            return float.NaN;
        }

        return sign * PowerOf(baseMagnitude, y);
    }

    /// <summary>Whether the number with these bits is whole; it has no sign.</summary>
    private static bool IsWhole(uint bits)
    {
        uint exponent = bits >> 23;
        return exponent >= 150u || (exponent >= 127u && (bits << (int)((exponent - 118u) & 31u)) == 0u);
    }

    /// <summary>Whether it is an odd number.</summary>
    private static bool IsOdd(uint bits)
    {
        uint exponent = bits >> 23;
        bool isOne = exponent == 127u;
        uint lastBit = ((bits | 0x800000u) >> (int)((150u - exponent) & 31u)) & 1u;
        return IsWhole(bits) && exponent <= 150u && (isOne || lastBit != 0u);
    }

    /// <summary>The power of a finite positive number. Source of the method: Sun's fdlibm, e_powf.c.</summary>
    private static float PowerOf(uint bits, float y)
    {
        // log₂ x = n + 2/ln 2 · (s + s³/3 + s⁵/5 + …), where s = (m - 1) / (m + 1).
        float offset = 0f;
        if (bits < 0x800000u)
        {
            bits = Interop.FloatAsInt(Interop.IntAsFloat(bits) * 8388608f);
            offset = 23f;
        }

        int exponent = Exponent(bits);
        float n = exponent - offset;
        float m = Mantissa(bits, exponent);
        float u = m - 1f;
        float d = m + 1f;
        float inverse = 1f / d;
        float s = u * inverse;

        // Parts of 12 bits have exact products; s is the sum of two of them, good to 30 bits.
        float sHigh = Upper(s);
        float dHigh = Upper(d);
        float dLow = (d - dHigh) + (m - (d - 1f));
        float sLow = ((u - (sHigh * dHigh)) - (sHigh * dLow)) * inverse;
        float z = s * s;
        float r = (0.0909090909f * z) + 0.111111111f;
        r = (r * z) + 0.142857143f;
        r = (r * z) + 0.2f;
        r = (r * z) + 0.333333333f;
        sLow += s * z * r;
        float high = 2.88476562f * sHigh;
        float low = (6.24456792e-4f * sHigh) + (2.88539004f * sLow);
        float logHigh = Upper(n + (high + low));
        float logLow = low - ((logHigh - n) - high);

        // The product with y in two parts. A greater y gives 0 or infinity with every x but 1.
        float atMost = y > 1e12f ? 1e12f : y;
        float inside = atMost < -1e12f ? -1e12f : atMost;
        float yHigh = Upper(inside);
        float productHigh = yHigh * logHigh;
        float productLow = ((inside - yHigh) * logHigh) + (inside * logLow);
        float sum = productHigh + productLow;
        bool isFar = XMath.Abs(sum) > 160f;
        productHigh = isFar ? XMath.Clamp(sum, -160f, 160f) : productHigh;
        productLow = isFar ? 0f : productLow;
        float shifted = (productHigh + productLow) + Rounder;
        float fraction = (productHigh - (shifted - Rounder)) + productLow;
        return Scale(1f + ExpMinusOne(fraction * 0.693147181f), (int)(Interop.FloatAsInt(shifted) - RounderBits));
    }

    /// <summary>The upper 12 bits of a number's 24.</summary>
    private static float Upper(float value) => Interop.IntAsFloat(Interop.FloatAsInt(value) & 0xFFFFF000u);
}
