using System.Runtime.CompilerServices;

namespace Quern.Kernels.Operators;

/// <summary>
/// The binary cross entropy of sigmoid(x) and a target t from 0 to 1, from x itself, so that no logarithm of a rounded probability is taken:
/// max(x, 0) - x t + ln(1 + exp(-|x|)), with the derivative sigmoid(x) - t.
/// </summary>
public readonly partial struct BceWithLogitsOperator : ILossOperator
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Invoke<S, V>(V output, V target, V parameter, out V outputGradient, out V targetGradient)
        where S : struct, IArithmetic<V>
        where V : unmanaged
    {
        V zero = S.Broadcast(0);
        V one = S.Broadcast(1);
        V e = ExpOperator.OfNonPositive<S, V>(S.Negate(S.Abs(output)));
        V sum = S.Add(one, e);
        V sigmoid = S.Divide(S.Select(S.GreaterOrEqual(output, zero), one, e), sum);
        outputGradient = S.Subtract(sigmoid, target);
        targetGradient = S.Negate(output);

        // 1 + e rounds; the last term puts back what was lost, so that small losses keep their digits.
        V lost = S.Divide(S.Subtract(e, S.Subtract(sum, one)), sum);
        V log = S.Add(LogOperator.OfNormal<S, V>(sum), lost);

        // max(x, 0) - x t as a product: no digits cancel, and an infinite logit that is wanted costs nothing.
        V distance = S.Select(S.GreaterOrEqual(output, zero), S.Subtract(one, target), target);
        V missed = S.Select(S.Equal(distance, zero), zero, S.Multiply(S.Abs(output), distance));
        return S.Add(missed, log);
    }
}
