using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>exp(x) - 1, within 3 ulp, near zero too: 2 · (2ⁿ⁻¹ · (exp(r) - 1) + (2ⁿ⁻¹ - ½)), where x = n·ln 2 + r and |r| ≤ ln 2 / 2.</summary>
public readonly partial struct Expm1Operator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // Below -30 the difference rounds to -1, above 89 it is infinite. Half of it is computed, since the greatest 2ⁿ is no float.
        V n = ExpOperator.Reduce<S, V>(S.AtMost(S.Broadcast(89), S.AtLeast(S.Broadcast(-30), x)), out V r);
        V power = ExpOperator.PowerOfTwo<S, V>(S.SubtractBits(S.ToBits(n), S.BroadcastBits(1)));
        V half = S.MultiplyAdd(power, ExpOperator.ExpMinusOne<S, V>(r), S.Subtract(power, S.Broadcast(0.5f)));

        // So close to zero the result is x itself, and -0 stays.
        return S.Select(S.Greater(S.Broadcast(2.98023224e-8f), S.Abs(x)), x, S.Add(half, half));
    }
}
