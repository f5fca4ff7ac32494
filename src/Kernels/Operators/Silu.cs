using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The sigmoid linear unit, also called swish: x · sigmoid(x).</summary>
public readonly partial struct SiluOperator : IUnaryOperator
{
    // Beyond this the sigmoid rounds to 0 or 1. What it is multiplied by is no larger, since 0 · ∞ is NaN.
    internal const float Far = 110;

    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(S.AtLeast(S.Broadcast(-Far), x), SigmoidOperator.Invoke<S, V>(x));
}

/// <summary>outputGradient · s (1 + x (1 - s)), where s = sigmoid(x).</summary>
public readonly partial struct SiluGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V one = S.Broadcast(1);
        x = S.AtMost(S.Broadcast(SiluOperator.Far), S.AtLeast(S.Broadcast(-SiluOperator.Far), x));
        V s = SigmoidOperator.Invoke<S, V>(x);
        return S.Multiply(outputGradient, S.Multiply(s, S.MultiplyAdd(x, S.Subtract(one, s), one)));
    }
}
