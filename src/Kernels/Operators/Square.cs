using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The square.</summary>
public readonly partial struct SquareOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(x, x);
}
