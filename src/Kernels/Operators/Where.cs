using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The second operand where the first, a condition, is not zero, and the third where it is. NaN is not zero.</summary>
public readonly partial struct WhereOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V condition, V value, V other)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Select(S.Equal(condition, S.Broadcast(0)), other, value);
}

/// <summary>The same with the values in turn, so that one number may take the place of the second operand: the second where the condition is zero.</summary>
public readonly partial struct MaskedFillOperator : ITernaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V mask, V x, V value)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Select(S.Equal(mask, S.Broadcast(0)), x, value);
}

/// <summary>The left operand: what an operand is when it is repeated to the shape of another.</summary>
public readonly partial struct LeftOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => left;
}
