using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The rectified linear unit that lets a part of negative numbers through: x > 0 ? x : slope · x.</summary>
public readonly partial struct LeakyReluOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x, V slope)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Select(S.Greater(x, S.Broadcast(0)), x, S.Multiply(slope, x));
}

/// <summary>outputGradient · (x > 0 ? 1 : slope).</summary>
public readonly partial struct LeakyReluGradientOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V outputGradient, V x, V slope)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Select(S.Greater(x, S.Broadcast(0)), outputGradient, S.Multiply(slope, outputGradient));
}
