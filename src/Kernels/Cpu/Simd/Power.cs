using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu.Simd;

/// <summary>
/// Powers, within 1 ulp: xʸ = 2^(y · log₂ x), in double precision since y multiplies the logarithm's error. log₂ x = n + s · p(s²), where
/// x = 2ⁿ · m, √½ ≤ m &lt; √2 and s = (m - 1) / (m + 1); both polynomials are interpolated at the Chebyshev points.
/// </summary>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">Its vector.</typeparam>
/// <typeparam name="W">The arithmetic in double precision.</typeparam>
/// <typeparam name="D">Its vector.</typeparam>
internal static unsafe class Power<S, V, W, D>
    where S : struct, ISimd<V>
    where V : unmanaged
    where W : struct, IWide<V, D>
    where D : unmanaged
{
    private const float SmallestNormal = 1.17549435e-38f;

    // The bits of √½.
    private const int SqrtHalf = 0x3F3504F3;

    // Beyond these powers of two the result is 0 and infinity.
    private const double Furthest = 200;

    // Adding this to a small double rounds it to an integer, which is then in the lowest bits: 1.5 · 2⁵².
    private const double Rounder = 6755399441055744;

    /// <summary>x to the power of y, with the special cases of IEEE 754.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x, V y)
    {
        // Most vectors hold positive normal numbers alone, and finite exponents: nothing is special about those.
        V infinity = S.Broadcast(float.PositiveInfinity);
        V normal = S.And(S.GreaterOrEqual(x, S.Broadcast(SmallestNormal)), S.Greater(infinity, x));
        if (S.IsSetEverywhere(S.And(normal, S.Greater(infinity, S.Abs(y)))))
        {
            return Raise(Mantissa(x, out V exponent), exponent, y);
        }

        // By its address, so that the vector above stays in a register.
        V result;
        OfAny(x, y, &result);
        return result;
    }

    // Not inlined, so that the loop around keeps its registers.
    [MethodImpl(Jit.Loop)]
    private static void OfAny(V x, V y, V* power)
    {
        V zero = S.Broadcast(0), one = S.Broadcast(1), infinity = S.Broadcast(float.PositiveInfinity);
        V magnitude = S.Abs(x);

        // A denormal is brought into the normal range first; the logarithms of 0 and ∞ are infinite.
        V denormal = S.Greater(S.Broadcast(SmallestNormal), magnitude);
        V mantissa = Mantissa(S.Select(denormal, S.Multiply(magnitude, S.Broadcast(8388608)), magnitude), out V n);
        n = S.Subtract(n, S.And(denormal, S.Broadcast(23)));
        n = S.Select(S.Equal(magnitude, infinity), infinity, n);
        n = S.Select(S.Equal(magnitude, zero), S.Broadcast(float.NegativeInfinity), n);
        V result = Raise(mantissa, n, y);

        // A negative number has powers with whole exponents only, negative ones where they are odd. From 2²⁴ on all exponents are even.
        V exponentMagnitude = S.Abs(y);
        V small = S.Greater(S.Broadcast(16777216), exponentMagnitude);
        V integer = S.ToBits(y);
        V fractional = S.AndNot(small, S.Equal(S.FromBits(integer), y));
        V odd = S.AndNot(S.And(small, S.ShiftLeftBits(integer, 31)), fractional);
        result = S.Xor(result, S.And(S.And(x, S.Broadcast(-0f)), odd));
        V undefined = S.And(S.And(S.Greater(zero, x), S.Greater(infinity, magnitude)), fractional);
        result = S.Select(undefined, S.Broadcast(float.NaN), result);
        result = S.Select(S.Equal(x, x), result, x);

        // 1 is what any number to the power of 0 is, 1 to any power, and -1 to an infinite one.
        result = S.Select(S.And(S.Equal(magnitude, one), S.Equal(exponentMagnitude, infinity)), one, result);
        result = S.Select(S.Equal(x, one), one, result);
        *power = S.Select(S.Equal(y, zero), one, result);
    }

    /// <summary>m and n of a positive normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Mantissa(V x, out V n)
    {
        V exponent = S.ShiftRightBits(S.SubtractBits(x, S.BroadcastBits(SqrtHalf)), 23);
        n = S.FromBits(exponent);
        return S.SubtractBits(x, S.ShiftLeftBits(exponent, 23));
    }

    /// <summary>2ⁿ · m to the power of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Raise(V mantissa, V n, V y)
    {
        D lower = Exponential(W.Multiply(W.Lower(y), Logarithm(W.Lower(mantissa), W.Lower(n))));
        D upper = Exponential(W.Multiply(W.Upper(y), Logarithm(W.Upper(mantissa), W.Upper(n))));
        return W.Narrow(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D Logarithm(D mantissa, D n)
    {
        D one = W.Broadcast(1);
        D s = W.Divide(W.Subtract(mantissa, one), W.Add(mantissa, one));
        D z = W.Multiply(s, s);
        D p = W.MultiplyAdd(W.Broadcast(0.28291054061690596), z, W.Broadcast(0.31990491644135344));
        p = W.MultiplyAdd(p, z, W.Broadcast(0.41220927329878604));
        p = W.MultiplyAdd(p, z, W.Broadcast(0.5770779421052269));
        p = W.MultiplyAdd(p, z, W.Broadcast(0.9617966941151125));
        p = W.MultiplyAdd(p, z, W.Broadcast(2.8853900817778464));
        return W.MultiplyAdd(s, p, n);
    }

    /// <summary>2 to the power of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static D Exponential(D number)
    {
        number = W.Within(Furthest, number);
        D rounded = W.Add(number, W.Broadcast(Rounder));
        D f = W.Subtract(number, W.Subtract(rounded, W.Broadcast(Rounder)));
        D p = W.MultiplyAdd(W.Broadcast(0.00015461444674694144), f, W.Broadcast(0.0013400428177603651));
        p = W.MultiplyAdd(p, f, W.Broadcast(0.009618056678563065));
        p = W.MultiplyAdd(p, f, W.Broadcast(0.055503272266707517));
        p = W.MultiplyAdd(p, f, W.Broadcast(0.24022650922288752));
        p = W.MultiplyAdd(p, f, W.Broadcast(0.6931472067028327));
        return W.AddToExponent(W.MultiplyAdd(p, f, W.Broadcast(1)), rounded);
    }
}
