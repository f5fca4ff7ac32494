using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The cosine of x in radians.</summary>
public readonly partial struct CosOperator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged => S.Cos(x);
}
