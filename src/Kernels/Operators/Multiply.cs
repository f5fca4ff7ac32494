using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The product of two operands.</summary>
public readonly partial struct MultiplyOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Multiply(left, right);
}
