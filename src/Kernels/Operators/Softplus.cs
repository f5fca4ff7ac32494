using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>A smooth rectified linear unit: ln(1 + exp(β x)) / β = (max(β x, 0) + ln(1 + exp(-|β x|))) / β. Source: Dugas et al., 2001.</summary>
public readonly partial struct SoftplusOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x, V beta)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        V scaled = S.Multiply(x, beta);
        V e = ExpOperator.OfNonPositive<S, V>(S.Negate(S.Abs(scaled)));
        V sum = S.Add(one, e);

        // 1 + e rounds; the last term puts back what was lost, so that small results keep their digits.
        V lost = S.Divide(S.Subtract(e, S.Subtract(sum, one)), sum);
        V log = S.Add(LogOperator.OfNormal<S, V>(sum), lost);
        return S.Divide(S.Add(S.AtLeast(S.Broadcast(0), scaled), log), beta);
    }
}

/// <summary>outputGradient · sigmoid(β x).</summary>
public readonly partial struct SoftplusGradientOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x, V beta)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(outputGradient, SigmoidOperator.Invoke<S, V>(S.Multiply(x, beta)));
}
