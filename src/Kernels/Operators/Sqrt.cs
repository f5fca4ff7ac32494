using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The square root, correctly rounded on the processor; NaN below zero.</summary>
public readonly partial struct SqrtOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Sqrt(x);
}
