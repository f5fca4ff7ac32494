using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>1 above zero, -1 below; 0 for zero and, as in PyTorch, for NaN.</summary>
public readonly partial struct SignOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        V one = S.Broadcast(1);
        return S.Subtract(S.And(S.Greater(x, zero), one), S.And(S.Greater(zero, x), one));
    }
}
