using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The difference of two operands.</summary>
public readonly partial struct SubtractOperator : IBinaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Subtract(left, right);
}
