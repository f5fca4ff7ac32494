using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The rectified linear unit: max(x, 0); NaN stays NaN.</summary>
public readonly partial struct ReluOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.AtLeast(S.Broadcast(0), x);
}

/// <summary>outputGradient · (output > 0 ? 1 : 0); 0 for an infinite gradient too where the output is 0.</summary>
public readonly partial struct ReluGradientOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V output)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.And(S.Greater(output, S.Broadcast(0)), outputGradient);
}
