using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The greatest whole number that is not above x.</summary>
public readonly partial struct FloorOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V nearest = RoundOperator.Invoke<S, V>(x);
        return S.Subtract(nearest, S.And(S.Greater(nearest, x), S.Broadcast(1)));
    }
}
