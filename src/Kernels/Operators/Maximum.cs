using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The larger of two operands; NaN where either is NaN.</summary>
public readonly partial struct MaximumOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => float.NegativeInfinity;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Max(left, right);
}
