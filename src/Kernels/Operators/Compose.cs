using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>Two operations in one pass over memory: outer(inner(x)).</summary>
/// <typeparam name="TInner">The operation that is applied first.</typeparam>
/// <typeparam name="TOuter">The operation that is applied to its result.</typeparam>
public readonly partial struct Compose<TInner, TOuter> : IUnaryOperator
    where TInner : struct, IUnaryOperator
    where TOuter : struct, IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => TInner.IsBoundByMemory && TOuter.IsBoundByMemory;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => TOuter.Invoke<S, V>(TInner.Invoke<S, V>(x));
}
