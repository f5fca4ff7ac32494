using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>e to the power of x, within 2 ulp (1 on the processor): exp(x) = 2ⁿ · exp(r), where x = n·ln 2 + r and |r| ≤ ln 2 / 2.</summary>
public readonly partial struct ExpOperator : IUnaryOperator
{
    // Beyond these the result is 0 and infinity.
    private const float Lowest = -104;
    private const float Highest = 89;

    // ln 2 in two parts; the first has so few bits that its product with n is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194442e-4f;

    // Adding this to a small float rounds it to an integer: 1.5 · 2²³.
    private const float Rounder = 12582912;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        x = S.AtMost(S.Broadcast(Highest), S.AtLeast(S.Broadcast(Lowest), x));
        V n = Reduce<S, V>(x, out V r);

        // 2ⁿ is applied in two steps, since for the largest and the denormal results it is no float itself.
        V power = S.ToBits(n);
        V half = S.ShiftRightBits(power, 1);
        V result = S.Add(S.Broadcast(1), ExpMinusOne<S, V>(r));
        return S.Multiply(S.Multiply(result, PowerOfTwo<S, V>(half)), PowerOfTwo<S, V>(S.SubtractBits(power, half)));
    }

    /// <summary>The same for a number that is not above 0, in fewer steps: the power of two is a float when it is 2⁶⁴ times as large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V OfNonPositive<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V n = Reduce<S, V>(S.AtLeast(S.Broadcast(Lowest), x), out V r);
        V power = S.ShiftLeftBits(S.AddBits(S.ToBits(n), S.BroadcastBits(127 + 64)), 23);
        V result = S.Add(S.Broadcast(1), ExpMinusOne<S, V>(r));
        return S.Multiply(S.Multiply(result, power), S.Broadcast(5.42101086e-20f));
    }

    /// <summary>The n and the r of x = n·ln 2 + r, n an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Reduce<S, V>(V x, out V r)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V n = S.Subtract(S.MultiplyAdd(x, S.Broadcast(1.44269504f), S.Broadcast(Rounder)), S.Broadcast(Rounder));
        r = S.MultiplyAdd(n, S.Broadcast(-Ln2Low), S.MultiplyAdd(n, S.Broadcast(-Ln2High), x));
        return n;
    }

    /// <summary>exp(r) - 1 for |r| ≤ ln 2 / 2: r + r² · q(r), q interpolated at the Chebyshev points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpMinusOne<S, V>(V r)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V q = S.MultiplyAdd(S.Broadcast(0.00139261759f), r, S.Broadcast(0.00836317334f));
        q = S.MultiplyAdd(q, r, S.Broadcast(0.0416665561f));
        q = S.MultiplyAdd(q, r, S.Broadcast(0.166665778f));
        q = S.MultiplyAdd(q, r, S.Broadcast(0.5f));
        return S.MultiplyAdd(q, S.Multiply(r, r), r);
    }

    /// <summary>2 to the power of an integer from -126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PowerOfTwo<S, V>(V integer)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.ShiftLeftBits(S.AddBits(integer, S.BroadcastBits(127)), 23);
}
