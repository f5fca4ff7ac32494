using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>One over x.</summary>
public readonly partial struct ReciprocalOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Divide(S.Broadcast(1), x);
}
