using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The smaller of two operands; NaN where either is NaN.</summary>
public readonly partial struct MinimumOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => float.PositiveInfinity;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Min(left, right);
}
