using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 where x is neither infinite nor NaN, 0 elsewhere.</summary>
public readonly partial struct IsFiniteOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.And(S.Greater(S.Broadcast(float.PositiveInfinity), S.Abs(x)), S.Broadcast(1));
}
