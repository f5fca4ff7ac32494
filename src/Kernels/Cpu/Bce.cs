using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Losses;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The binary cross entropy of probabilities.</summary>
public static class Bce
{
    /// <summary>
    /// scale · the sum over all elements of -(t ln o + (1 - t) ln(1 - o)); and inputGradient = scale · (o - t) / (o (1 - o)). As in
    /// PyTorch, a logarithm counts as -100 below that, and the divisor as 1e-12.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network, o: from 0 to 1, at least one element.</param>
    /// <param name="target">What the output should have been, t: from 0 to 1, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are no elements, or the result overlaps an operand without being the same.
    /// </exception>
    public static float Run(WorkerPool pool, ReadOnlySpan<float> output, ReadOnlySpan<float> target, double scale, Span<float> inputGradient) =>
        LossLoop.Run<BceOperator>("Bce.Run", pool, output, target, scale, inputGradient, default);

    private readonly struct BceOperator : ILossOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V>(V first, V second, out V firstGradient, out V secondGradient)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V one = S.Broadcast(1);
            V least = S.Broadcast(-100);
            V rest = S.Subtract(one, first);
            V log = S.AtLeast(least, LogOperator.Invoke<S, V>(first));
            V logRest = S.AtLeast(least, LogOperator.Invoke<S, V>(rest));
            firstGradient = S.Divide(S.Subtract(first, second), S.AtLeast(S.Broadcast(1e-12f), S.Multiply(rest, first)));
            secondGradient = first;
            return S.Subtract(S.Multiply(S.Subtract(second, one), logRest), S.Multiply(second, log));
        }
    }
}
