using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 where x is infinite, of either sign, 0 elsewhere.</summary>
public readonly partial struct IsInfOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.And(S.Equal(S.Abs(x), S.Broadcast(float.PositiveInfinity)), S.Broadcast(1));
}
