using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>The nearest whole number; halves go to the even one. The sign of zero is that of x.</summary>
public readonly partial struct RoundOperator : IUnaryOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Added to a smaller number, this leaves no bits for a fraction; the processor rounds halves to even.
        V unit = S.Broadcast(8388608);
        V magnitude = S.Abs(x);
        V whole = S.Subtract(S.Add(magnitude, unit), unit);
        V sign = S.Broadcast(-0.0f);
        return S.Select(S.Greater(unit, magnitude), S.Select(sign, x, whole), x);
    }
}
