using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The least whole number that is not below x.</summary>
public readonly partial struct CeilOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Negate(FloorOperator.Invoke<S, V>(S.Negate(x)));
}
