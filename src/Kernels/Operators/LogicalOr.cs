using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>0 where both operands are zero, 1 elsewhere; NaN is not zero.</summary>
public readonly partial struct LogicalOrOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        return S.AndNot(S.Broadcast(1), S.And(S.Equal(left, zero), S.Equal(right, zero)));
    }
}
