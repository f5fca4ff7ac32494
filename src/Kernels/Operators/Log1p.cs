using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>ln(1 + x), within 4 ulp, near zero too; -∞ at -1, NaN below.</summary>
public readonly partial struct Log1pOperator : IUnaryOperator
{
    /// <inheritdoc/>
    public static bool IsBoundByMemory => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V x)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        // 1 + x rounds; what was lost is put back, in proportion to the sum. It is no number where the sum is zero or infinite.
        V one = S.Broadcast(1);
        V sum = S.Add(one, x);
        V lost = S.Divide(S.Subtract(x, S.Subtract(sum, one)), sum);
        V isNumber = S.Greater(S.Broadcast(float.PositiveInfinity), S.Abs(lost));
        V result = S.Add(LogOperator.Invoke<S, V>(sum), S.And(lost, isNumber));

        // So close to zero the result is x itself, and -0 stays.
        return S.Select(S.Greater(S.Broadcast(2.98023224e-8f), S.Abs(x)), x, result);
    }
}
