using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The sum of two operands.</summary>
public readonly partial struct AddOperator : IFoldOperator
{
    /// <inheritdoc/>
    public static float Identity => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Add(left, right);
}
