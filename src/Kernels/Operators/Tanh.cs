using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The hyperbolic tangent, within 4 ulp (3 on the processor): sign(x) · -t / (t + 2), where t = exp(-2|x|) - 1.</summary>
public readonly partial struct TanhOperator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Beyond this the result rounds to 1.
        V magnitude = S.AtMost(S.Broadcast(10), S.Abs(x));
        V n = ExpOperator.Reduce<S, V>(S.Multiply(magnitude, S.Broadcast(-2)), out V r);

        // exp - 1 = 2ⁿ · (exp r - 1) + (2ⁿ - 1): no digits are lost near zero, where n is 0.
        V power = ExpOperator.PowerOfTwo<S, V>(S.ToBits(n));
        V t = S.MultiplyAdd(power, ExpOperator.ExpMinusOne<S, V>(r), S.Subtract(power, S.Broadcast(1)));
        V result = S.Divide(t, S.Add(t, S.Broadcast(2)));

        // The sign of x in place of the result's, which is negative.
        V sign = S.Broadcast(-0.0f);
        return S.Select(sign, x, result);
    }
}

/// <summary>outputGradient · (1 - output²).</summary>
public readonly partial struct TanhGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(outputGradient, S.Subtract(S.Broadcast(1), S.Multiply(output, output)));
}
