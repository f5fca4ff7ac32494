using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 where the left operand is a whole number from 0 to below the right one, 0 elsewhere.</summary>
public readonly partial struct IsIndexOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V isWhole = S.Equal(left, FloorOperator.Invoke<S, V>(left));
        V isInside = S.And(S.GreaterOrEqual(left, S.Broadcast(0)), S.Greater(right, left));
        return S.And(S.And(isWhole, isInside), S.Broadcast(1));
    }
}
