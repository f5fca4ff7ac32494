using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The exponential linear unit: x where x > 0, and α (exp(x) - 1) elsewhere. Source: Clevert, Unterthiner and Hochreiter, 2016.</summary>
public readonly partial struct EluOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x, V alpha)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Below -30 the difference rounds to -1.
        V negative = S.AtMost(S.Broadcast(0), S.AtLeast(S.Broadcast(-30), x));
        V n = ExpOperator.Reduce<S, V>(negative, out V r);

        // exp - 1 = 2ⁿ · (exp r - 1) + (2ⁿ - 1): no digits are lost near zero, where n is 0.
        V power = ExpOperator.PowerOfTwo<S, V>(S.ToBits(n));
        V difference = S.MultiplyAdd(power, ExpOperator.ExpMinusOne<S, V>(r), S.Subtract(power, S.Broadcast(1)));
        return S.Select(S.Greater(x, S.Broadcast(0)), x, S.Multiply(alpha, difference));
    }
}

/// <summary>outputGradient · (x > 0 ? 1 : α exp(x)).</summary>
public readonly partial struct EluGradientOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x, V alpha)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        V slope = S.Multiply(alpha, ExpOperator.OfNonPositive<S, V>(S.AtMost(zero, x)));
        return S.Select(S.Greater(x, zero), outputGradient, S.Multiply(slope, outputGradient));
    }
}
