using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The angle of the point (x, y) in radians, from -π to π, within 4 ulp, with the special cases of IEEE 754: the arctangent of the lesser by the greater
/// coordinate, q + q³ · p(q²), taken to its eighth of a turn. p is fitted for the least relative error, 3e-9.
/// </summary>
public readonly partial struct Atan2Operator : IBinaryOperator
{
    // Each is the sum of two floats.
    private const float HalfPi = 1.57079637f;
    private const float HalfPiLow = -4.37113883e-8f;
    private const float Pi = 3.14159274f;
    private const float PiLow = -8.74227766e-8f;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V y, V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        V height = S.Abs(y);
        V width = S.Abs(x);
        V lesser = S.Min(height, width);
        V greater = S.Max(height, width);

        // 0 / 0 counts as 0, and ∞ / ∞ as 1.
        V q = S.Select(S.Equal(greater, zero), zero, S.Divide(lesser, greater));
        q = S.Select(S.Equal(lesser, S.Broadcast(float.PositiveInfinity)), S.Broadcast(1), q);
        V square = S.Multiply(q, q);
        V p = S.MultiplyAdd(S.Broadcast(-0.00179359387f), square, S.Broadcast(0.0109144812f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.0311776139f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.0579573587f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.0840343684f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.109521814f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.142642409f));
        p = S.MultiplyAdd(p, square, S.Broadcast(0.199985489f));
        p = S.MultiplyAdd(p, square, S.Broadcast(-0.333332986f));
        V angle = S.MultiplyAdd(S.Multiply(q, square), p, q);

        V turned = S.Add(S.Broadcast(HalfPi), S.Subtract(S.Broadcast(HalfPiLow), angle));
        angle = S.Select(S.Greater(height, width), turned, angle);
        V behind = S.Add(S.Broadcast(Pi), S.Subtract(S.Broadcast(PiLow), angle));
        V isBehind = S.ShiftRightBits(x, 31);
        return S.Select(S.Broadcast(-0.0f), y, S.Select(isBehind, behind, angle));
    }
}
