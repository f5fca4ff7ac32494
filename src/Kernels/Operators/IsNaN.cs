using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 where x is NaN, 0 elsewhere.</summary>
public readonly partial struct IsNaNOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.AndNot(S.Broadcast(1), S.Equal(x, x));
}
