using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Losses;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The binary cross entropy of sigmoid(x), from x itself: no logarithm of a rounded probability is taken.</summary>
public static class BceWithLogits
{
    /// <summary>
    /// scale · the sum over all elements of max(x, 0) - x t + ln(1 + exp(-|x|)); and inputGradient = scale · (sigmoid(x) - t).
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network, x: at least one element.</param>
    /// <param name="target">The probabilities that it should have meant, t: from 0 to 1, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are no elements, or the result overlaps an operand without being the same.
    /// </exception>
    public static float Run(WorkerPool pool, ReadOnlySpan<float> output, ReadOnlySpan<float> target, double scale, Span<float> inputGradient) =>
        LossLoop.Run<BceWithLogitsOperator>("BceWithLogits.Run", pool, output, target, scale, inputGradient, default);

    private readonly struct BceWithLogitsOperator : ILossOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V>(V first, V second, out V firstGradient, out V secondGradient)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V zero = S.Broadcast(0);
            V one = S.Broadcast(1);
            V e = ExpOperator.Invoke<S, V>(S.Negate(S.Abs(first)));
            V sum = S.Add(one, e);
            V sigmoid = S.Divide(S.Select(S.GreaterOrEqual(first, zero), one, e), sum);
            firstGradient = S.Subtract(sigmoid, second);
            secondGradient = first;

            // 1 + e rounds; the last term puts back what was lost, so that small losses keep their digits.
            V lost = S.Divide(S.Subtract(e, S.Subtract(sum, one)), sum);
            V log = S.Add(LogOperator.Invoke<S, V>(sum), lost);

            // max(x, 0) - x t as a product: no digits cancel, and an infinite logit that is wanted costs nothing.
            V distance = S.Select(S.GreaterOrEqual(first, zero), S.Subtract(one, second), second);
            V missed = S.Select(S.Equal(distance, zero), zero, S.Multiply(S.Abs(first), distance));
            return S.Add(missed, log);
        }
    }
}
