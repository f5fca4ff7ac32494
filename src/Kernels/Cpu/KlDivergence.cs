using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Losses;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>How far a normal distribution with independent coordinates is from the standard one. Source: Kingma and Welling, 2014.</summary>
public static class KlDivergence
{
    /// <summary>
    /// scale · the sum over all elements of ½ (exp(v) + m² - 1 - v); and meanGradient = scale · m, logVarianceGradient = scale · ½ (exp(v) - 1).
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="mean">The means, m: at least one.</param>
    /// <param name="logVariance">The logarithms of the variances, v, as many as means.</param>
    /// <param name="scale">The factor: 1/n for the mean over a batch of n.</param>
    /// <param name="meanGradient">The gradient with respect to the means, or empty if not wanted.</param>
    /// <param name="logVarianceGradient">The gradient with respect to the logarithms of the variances, or empty if not wanted.</param>
    /// <returns>The divergence.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are no elements, or a result overlaps an operand without being the same.
    /// </exception>
    public static float Run(
        WorkerPool pool,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> logVariance,
        double scale,
        Span<float> meanGradient,
        Span<float> logVarianceGradient) =>
        LossLoop.Run<KlDivergenceOperator>("KlDivergence.Run", pool, mean, logVariance, scale, meanGradient, logVarianceGradient);

    private readonly struct KlDivergenceOperator : ILossOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V>(V first, V second, out V firstGradient, out V secondGradient)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V half = S.Broadcast(0.5f);
            V excess = S.Subtract(ExpOperator.Invoke<S, V>(second), S.Broadcast(1));
            firstGradient = first;
            secondGradient = S.Multiply(half, excess);
            return S.Multiply(half, S.MultiplyAdd(first, first, S.Subtract(excess, second)));
        }
    }
}
