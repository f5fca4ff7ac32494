using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 where neither operand is zero, 0 elsewhere; NaN is not zero.</summary>
public readonly partial struct LogicalAndOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        return S.AndNot(S.AndNot(S.Broadcast(1), S.Equal(left, zero)), S.Equal(right, zero));
    }
}
