using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The left operand to the power of the right, with the special cases of IEEE 754.</summary>
public readonly partial struct PowerOperator : IBinaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V left, V right)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Power(left, right);
}
