using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>Whether the left operand is less: 1 or 0; 0 where either is NaN.</summary>
public readonly partial struct LessOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.And(S.Greater(right, left), S.Broadcast(1));
}
