using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The absolute value.</summary>
public readonly partial struct AbsOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Abs(x);
}
