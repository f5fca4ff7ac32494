namespace Quern.Kernels.Gpu;

// Sine and cosine: the angle is brought to a quarter turn around zero, then a polynomial is taken.
internal static partial class Elementary
{
    /// <summary>The sine of an angle in radians, within 3 ulp for every float, however large; NaN for the infinities.</summary>
    public static float Sin(float x) => Wave(x, 0u);

    /// <summary>The cosine of an angle in radians, as good as <see cref="Sin"/>.</summary>
    public static float Cos(float x) => Wave(x, 1u);

    /// <summary>sin(x + quarters · π/2).</summary>
    private static float Wave(float x, uint quarters)
    {
        uint magnitude = Interop.FloatAsInt(x) & ~SignBit;
        float rest;

        // Up to 800, n · π/2 is taken off in three parts; the first two have so few bits that their products with n are exact.
        if (magnitude <= 0x44480000u)
        {
            float shifted = (x * 0.636619772f) + Rounder;
            float n = shifted - Rounder;
            quarters += Interop.FloatAsInt(shifted) - RounderBits;
            rest = ((x - (n * 1.57073975f)) - (n * 5.65797091e-05f)) - (n * 9.92093629e-10f);
        }
        else if (magnitude < InfinityBits)
        {
            uint turned = FarQuarters(magnitude, out rest);
            bool isNegative = Interop.FloatAsInt(x) != magnitude;
            quarters = isNegative ? quarters - turned : quarters + turned;
            rest = isNegative ? -rest : rest;
        }
        else
        {
            rest = float.NaN;
        }

        // The polynomials of Moshier's Cephes library, sinf.c. The least angles are their own sine, down to -0.
        float z = rest * rest;
        float sine = (-1.9515295891e-4f * z) + 8.3321608736e-3f;
        sine = (sine * z) - 1.6666654611e-1f;
        sine = (sine * z * rest) + rest;
        sine = z < 1e-8f ? rest : sine;
        float cosine = (2.443315711809948e-5f * z) - 1.388731625493765e-3f;
        cosine = (cosine * z) + 4.166664568298827e-2f;
        cosine = (cosine * z * z) + (1f - (0.5f * z));
        float value = (quarters & 1u) != 0u ? cosine : sine;
        return (quarters & 2u) != 0u ? -value : value;
    }

    /// <summary>
    /// How many quarter turns are nearest to a large angle, but for multiples of 4, and what is left. The angle is a whole number of 24 bits
    /// times a power of two; it is multiplied by those 96 bits of 2/π that decide, the ones before them giving whole turns. Source: Payne and
    /// Hanek, "Radian reduction for trigonometric functions", 1983.
    /// </summary>
    private static uint FarQuarters(uint bits, out float rest)
    {
        ulong whole = (bits & 0x7FFFFFu) | 0x800000u;
        uint position = (bits >> 23) - 120u;
        uint word = position >> 5;
        int shift = (int)(position & 31u);
        uint w0 = TwoOverPi(word);
        uint w1 = TwoOverPi(word + 1u);
        uint w2 = TwoOverPi(word + 2u);
        uint w3 = TwoOverPi(word + 3u);
        ulong high = whole * (uint)(((((ulong)w0 << 32) | w1) << shift) >> 32);
        ulong middle = whole * (uint)(((((ulong)w1 << 32) | w2) << shift) >> 32);
        ulong low = whole * (uint)(((((ulong)w2 << 32) | w3) << shift) >> 32);
        middle += low >> 32;
        ulong product = ((high + (middle >> 32)) << 32) | (uint)middle;

        // Two bits of quarters, then the fraction: from a half on, the next quarter is nearer.
        long fraction = (long)(product << 2);
        rest = (float)fraction * 8.51530395e-20f;
        return (uint)((product + 0x2000000000000000ul) >> 62);
    }

    /// <summary>32 bits of 2/π: the first word holds those before the point.</summary>
    private static uint TwoOverPi(uint word)
    {
        switch (word)
        {
            case 0u:
                return 0u;
            case 1u:
                return 0xA2F9836Eu;
            case 2u:
                return 0x4E441529u;
            case 3u:
                return 0xFC2757D1u;
            case 4u:
                return 0xF534DDC0u;
            case 5u:
                return 0xDB629599u;
            case 6u:
                return 0x3C439041u;
            default:
                return 0xFE5163ABu;
        }
    }
}
