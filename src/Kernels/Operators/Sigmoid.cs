using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The logistic function 1 / (1 + exp(-x)), within 4 ulp (3 on the processor): 1 / (1 + e) for x ≥ 0 and e / (1 + e) below, where e = exp(-|x|).</summary>
public readonly partial struct SigmoidOperator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Only exp of negative numbers is taken: it cannot overflow, and 1 + e never loses more than a rounding.
        V e = ExpOperator.OfNonPositive<S, V>(S.Negate(S.Abs(x)));
        V numerator = S.Select(S.GreaterOrEqual(x, S.Broadcast(0)), S.Broadcast(1), e);
        return S.Divide(numerator, S.Add(S.Broadcast(1), e));
    }
}

/// <summary>outputGradient · output · (1 - output).</summary>
public readonly partial struct SigmoidGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(outputGradient, S.Multiply(output, S.Subtract(S.Broadcast(1), output)));
}
