using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>Whether two operands differ: 1 or 0; NaN differs from everything.</summary>
public readonly partial struct NotEqualOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.AndNot(S.Broadcast(1), S.Equal(left, right));
}
