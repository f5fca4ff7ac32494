using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>Whether two operands are equal: 1 or 0; NaN equals nothing.</summary>
public readonly partial struct EqualOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.And(S.Equal(left, right), S.Broadcast(1));
}
