using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The natural logarithm, within 3 ulp (2 on the processor); -∞ at zero, NaN below: ln x = n·ln 2 + ln(1 + f), where x = 2ⁿ · (1 + f) and √½ ≤ 1 + f &lt; √2; ln(1 + f) = f - f²/2 + f³ · p(f), p interpolated at the Chebyshev points.</summary>
public readonly partial struct LogOperator : IUnaryOperator
{
    private const float SmallestNormal = 1.17549435e-38f;

    // The bits of √½.
    private const int SqrtHalf = 0x3F3504F3;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // A denormal is brought into the normal range first.
        V denormal = S.Greater(S.Broadcast(SmallestNormal), x);
        V scaled = S.Select(denormal, S.Multiply(x, S.Broadcast(8388608)), x);
        V n = Split<S, V>(scaled, out V f);
        V result = Formula<S, V>(S.Subtract(n, S.And(denormal, S.Broadcast(23))), f);

        // What the formula does not give: ∞ and NaN stay, zero gives -∞, negative numbers NaN.
        V zero = S.Broadcast(0);
        result = S.Select(S.Greater(S.Broadcast(float.PositiveInfinity), x), result, x);
        result = S.Select(S.Equal(x, zero), S.Broadcast(float.NegativeInfinity), result);
        return S.Select(S.Greater(zero, x), S.Broadcast(float.NaN), result);
    }

    /// <summary>The logarithm of a normal number above 0, for which nothing is to be checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V OfNormal<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V n = Split<S, V>(x, out V f);
        return Formula<S, V>(n, f);
    }

    // n and f of a normal number: x = 2ⁿ · (1 + f).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Split<S, V>(V x, out V f)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V exponent = S.ShiftRightBits(S.SubtractBits(x, S.BroadcastBits(SqrtHalf)), 23);
        f = S.Subtract(S.SubtractBits(x, S.ShiftLeftBits(exponent, 23)), S.Broadcast(1));
        return S.FromBits(exponent);
    }

    // n·ln 2 + ln(1 + f).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Formula<S, V>(V n, V f)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V p = S.MultiplyAdd(S.Broadcast(0.0697161183f), f, S.Broadcast(-0.114797339f));
        p = S.MultiplyAdd(p, f, S.Broadcast(0.116854198f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-0.124256872f));
        p = S.MultiplyAdd(p, f, S.Broadcast(0.142490581f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-0.166678026f));
        p = S.MultiplyAdd(p, f, S.Broadcast(0.200007156f));
        p = S.MultiplyAdd(p, f, S.Broadcast(-0.24999997f));
        p = S.MultiplyAdd(p, f, S.Broadcast(0.333333313f));

        // n·ln 2 in two parts, the small ones added first.
        V square = S.Multiply(f, f);
        V low = S.MultiplyAdd(S.Multiply(p, f), square, S.Multiply(n, S.Broadcast(-2.12194442e-4f)));
        low = S.MultiplyAdd(square, S.Broadcast(-0.5f), low);
        return S.MultiplyAdd(n, S.Broadcast(0.693359375f), S.Add(f, low));
    }
}
