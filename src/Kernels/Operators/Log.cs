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
        V exponent = S.ShiftRightBits(S.SubtractBits(scaled, S.BroadcastBits(SqrtHalf)), 23);
        V f = S.Subtract(S.SubtractBits(scaled, S.ShiftLeftBits(exponent, 23)), S.Broadcast(1));
        V n = S.Subtract(S.FromBits(exponent), S.And(denormal, S.Broadcast(23)));

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
        V result = S.MultiplyAdd(n, S.Broadcast(0.693359375f), S.Add(f, low));

        // What the formula does not give: ∞ and NaN stay, zero gives -∞, negative numbers NaN.
        V zero = S.Broadcast(0);
        result = S.Select(S.Greater(S.Broadcast(float.PositiveInfinity), x), result, x);
        result = S.Select(S.Equal(x, zero), S.Broadcast(float.NegativeInfinity), result);
        return S.Select(S.Greater(zero, x), S.Broadcast(float.NaN), result);
    }
}
