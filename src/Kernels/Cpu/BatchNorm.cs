using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>
/// Gives each channel of a batch a mean of 0 and a variance of 1, then a scale and an offset. Memory is [batch, channels, inner].
/// Source: Ioffe and Szegedy, 2015.
/// </summary>
public static unsafe class BatchNorm
{
    /// <summary>The mean of each channel, and the variance, which divides by the count n = batch · inner.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [batch, channels, inner], with at least one number per channel.</param>
    /// <param name="channels">The number of channels: at least 1.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="mean">Receives the means.</param>
    /// <param name="variance">Receives the variances.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Statistics(WorkerPool pool, ReadOnlySpan<float> x, int channels, int inner, Span<float> mean, Span<float> variance)
    {
        const string Operation = "BatchNorm.Statistics";
        int batch = CheckBatch(Operation, x.Length, channels, inner);
        Check.Length(Operation, nameof(mean), mean.Length, channels);
        Check.Length(Operation, nameof(variance), variance.Length, channels);
        if (batch == 0)
        {
            throw new ArgumentException($"{Operation}: the batch is empty, and the mean of nothing is not defined.");
        }

        fixed (float* from = x, means = mean, variances = variance)
        {
            ChannelCut cut = new(batch, channels, inner);
            SimdDispatch.Run(pool, cut.Pieces, new StatisticsJob(from, cut, means, variances));
        }
    }

    /// <summary>running += momentum · (statistic - running), where the variance counts as that of a sample: times n / (n - 1).</summary>
    /// <param name="mean">The means of a batch.</param>
    /// <param name="variance">Its variances, which divide by n.</param>
    /// <param name="count">The numbers of a channel, n: at least 2.</param>
    /// <param name="momentum">How much a batch changes: from 0 to 1.</param>
    /// <param name="runningMean">The running means.</param>
    /// <param name="runningVariance">The running variances.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the count is less than 2.</exception>
    public static void Running(
        ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, long count, float momentum, Span<float> runningMean, Span<float> runningVariance)
    {
        const string Operation = "BatchNorm.Running";
        Check.Length(Operation, nameof(variance), variance.Length, mean.Length);
        Check.Length(Operation, nameof(runningMean), runningMean.Length, mean.Length);
        Check.Length(Operation, nameof(runningVariance), runningVariance.Length, mean.Length);
        if (count < 2)
        {
            throw new ArgumentException($"{Operation}: the count is {count}; a sample's variance needs at least 2 numbers.");
        }

        float unbiased = (float)(count / (count - 1.0));
        for (int channel = 0; channel < mean.Length; channel++)
        {
            runningMean[channel] += momentum * (mean[channel] - runningMean[channel]);
            runningVariance[channel] += momentum * ((variance[channel] * unbiased) - runningVariance[channel]);
        }
    }

    /// <summary>y = (x - mean) / √(variance + ε) · weight + bias, channel by channel.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">Keeps the division from zero.</param>
    /// <param name="weight">A factor for each channel, or empty for 1.</param>
    /// <param name="bias">An offset for each channel, or empty for 0.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps x without being the same.</exception>
    public static void Forward(
        WorkerPool pool,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        int inner,
        Span<float> y)
    {
        const string Operation = "BatchNorm.Forward";
        Check.Operand(Operation, nameof(x), x, y);
        int channels = mean.Length;
        int batch = CheckBatch(Operation, x.Length, channels, inner);
        Check.Length(Operation, nameof(variance), variance.Length, channels);
        Check.Length(Operation, nameof(weight), weight.Length, channels, mayBeEmpty: true);
        Check.Length(Operation, nameof(bias), bias.Length, channels, mayBeEmpty: true);
        fixed (float* from = x, means = mean, variances = variance, factors = weight, offsets = bias, to = y)
        {
            ChannelCut cut = new(batch, channels, inner);
            SimdDispatch.Run(pool, cut.Pieces, new ForwardJob(from, cut, means, variances, epsilon, factors, offsets, to));
        }
    }

    /// <summary>
    /// For each channel the sums of outputGradient · x̂ and of outputGradient, with x̂ = (x - mean) / √(variance + ε): the gradients of weight
    /// and bias.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, channels, inner].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">Keeps the division from zero.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="weightGradient">Receives the sums of outputGradient · x̂.</param>
    /// <param name="biasGradient">Receives the sums of outputGradient.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void BackwardParameters(
        WorkerPool pool,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon,
        int inner,
        Span<float> weightGradient,
        Span<float> biasGradient)
    {
        const string Operation = "BatchNorm.BackwardParameters";
        int channels = mean.Length;
        int batch = CheckBatch(Operation, x.Length, channels, inner);
        Check.Length(Operation, nameof(outputGradient), outputGradient.Length, x.Length);
        Check.Length(Operation, nameof(variance), variance.Length, channels);
        Check.Length(Operation, nameof(weightGradient), weightGradient.Length, channels);
        Check.Length(Operation, nameof(biasGradient), biasGradient.Length, channels);
        fixed (float* gradient = outputGradient, from = x, means = mean, variances = variance, weights = weightGradient, biases = biasGradient)
        {
            ChannelCut cut = new(batch, channels, inner);
            SimdDispatch.Run(pool, cut.Pieces, new ParametersJob(gradient, from, cut, means, variances, epsilon, weights, biases));
        }
    }

    /// <summary>
    /// inputGradient = weight / √(variance + ε) · (outputGradient - biasGradient / n - x̂ · weightGradient / n), with n = batch · inner; the last two
    /// terms are there where the statistics came from x itself.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [batch, channels, inner].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">Keeps the division from zero.</param>
    /// <param name="weight">The factors, or empty for 1.</param>
    /// <param name="weightGradient">What <see cref="BackwardParameters"/> gave; empty where the statistics did not come from x.</param>
    /// <param name="biasGradient">What <see cref="BackwardParameters"/> gave; empty where the statistics did not come from x.</param>
    /// <param name="inner">The numbers of a channel in one sample: at least 1.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> variance,
        float epsilon,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> weightGradient,
        ReadOnlySpan<float> biasGradient,
        int inner,
        Span<float> inputGradient)
    {
        const string Operation = "BatchNorm.Backward";
        Check.Operand(Operation, nameof(outputGradient), outputGradient, inputGradient);
        Check.Operand(Operation, nameof(x), x, inputGradient);
        int channels = mean.Length;
        int batch = CheckBatch(Operation, x.Length, channels, inner);
        Check.Length(Operation, nameof(variance), variance.Length, channels);
        Check.Length(Operation, nameof(weight), weight.Length, channels, mayBeEmpty: true);
        Check.Length(Operation, nameof(weightGradient), weightGradient.Length, channels, mayBeEmpty: true);
        Check.Length(Operation, nameof(biasGradient), biasGradient.Length, weightGradient.Length);
        fixed (float* gradient = outputGradient, from = x, means = mean, variances = variance, factors = weight)
        fixed (float* weights = weightGradient, biases = biasGradient, to = inputGradient)
        {
            ChannelCut cut = new(batch, channels, inner);
            SimdDispatch.Run(
                pool, cut.Pieces, new BackwardJob(gradient, from, cut, means, variances, epsilon, factors, weights, biases, to));
        }
    }

    private static int CheckBatch(string operation, int length, int channels, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        Check.WholeRows(operation, length, checked(channels * inner));
        return length / (channels * inner);
    }

    private static float InverseDeviation(float variance, float epsilon) => (float)(1 / Math.Sqrt(variance + (double)epsilon));

    /// <summary>A piece is a run of channels, over the whole batch: no two pieces add to the same sum.</summary>
    private readonly struct ChannelCut
    {
        // A cache line of neighbouring channels where a channel is one number, so that no two threads write to one.
        private const int LineOfChannels = 16;

        private readonly int _perPiece;

        public ChannelCut(int batch, int channels, int inner)
        {
            Batch = batch;
            Channels = channels;
            Inner = inner;
            long perChannel = Math.Max(1, (long)batch * inner);
            int line = inner == 1 ? LineOfChannels : 1;
            _perPiece = (int)Math.Max(line, Math.Min(channels, ElementWise.Pieces.Length / perChannel / line * line));
            Pieces = (channels + _perPiece - 1) / _perPiece;
        }

        public int Batch { get; }

        public int Channels { get; }

        public int Inner { get; }

        public int Pieces { get; }

        public long Count => (long)Batch * Inner;

        public int Start(int piece) => piece * _perPiece;

        public int End(int piece) => Math.Min(Channels, (piece + 1) * _perPiece);

        /// <summary>Where the numbers of a channel of a sample begin.</summary>
        public nint At(int sample, int channel) => (((nint)sample * Channels) + channel) * Inner;
    }

    private readonly struct StatisticsJob(float* x, ChannelCut cut, float* mean, float* variance) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = cut.End(piece);
            for (int channel = cut.Start(piece); channel < end; channel++)
            {
                double sum = 0;
                for (int sample = 0; sample < cut.Batch; sample++)
                {
                    sum += Moments.Sum<S, V>(x + cut.At(sample, channel), cut.Inner);
                }

                float center = (float)(sum / cut.Count);
                double squares = 0;
                for (int sample = 0; sample < cut.Batch; sample++)
                {
                    squares += Moments.SquareSum<S, V>(x + cut.At(sample, channel), center, cut.Inner);
                }

                mean[channel] = center;
                variance[channel] = (float)(squares / cut.Count);
            }
        }
    }

    private readonly struct ForwardJob(
        float* x, ChannelCut cut, float* mean, float* variance, float epsilon, float* weight, float* bias, float* y) : ISimdJob
    {
        // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = cut.End(piece);
            for (int channel = cut.Start(piece); channel < end; channel++)
            {
                float center = mean[channel];
                float scale = InverseDeviation(variance[channel], epsilon) * (weight == null ? 1 : weight[channel]);
                float offset = bias == null ? 0 : bias[channel];
                V centers = S.Broadcast(center);
                V scales = S.Broadcast(scale);
                V offsets = S.Broadcast(offset);
                for (int sample = 0; sample < cut.Batch; sample++)
                {
                    float* from = x + cut.At(sample, channel);
                    float* to = y + cut.At(sample, channel);
                    int i = 0;
                    for (; i <= cut.Inner - S.Count; i += S.Count)
                    {
                        S.Store(S.MultiplyAdd(S.Subtract(S.Load(from + i), centers), scales, offsets), to + i);
                    }

                    for (; i < cut.Inner; i++)
                    {
                        to[i] = SimdScalar.MultiplyAdd(from[i] - center, scale, offset);
                    }
                }
            }
        }
    }

    private readonly struct ParametersJob(
        float* outputGradient, float* x, ChannelCut cut, float* mean, float* variance, float epsilon, float* weightGradient, float* biasGradient)
        : ISimdJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = cut.End(piece);
            for (int channel = cut.Start(piece); channel < end; channel++)
            {
                V centers = S.Broadcast(mean[channel]);
                double sum = 0;
                double product = 0;
                for (int sample = 0; sample < cut.Batch; sample++)
                {
                    float* gradient = outputGradient + cut.At(sample, channel);
                    float* from = x + cut.At(sample, channel);
                    int i = 0;
                    while (i <= cut.Inner - S.Count)
                    {
                        int blockEnd = Moments.BlockEnd<S, V>(i, cut.Inner);
                        V sums = S.Broadcast(0);
                        V products = sums;
                        for (; i < blockEnd; i += S.Count)
                        {
                            V g = S.Load(gradient + i);
                            sums = S.Add(sums, g);
                            products = S.MultiplyAdd(g, S.Subtract(S.Load(from + i), centers), products);
                        }

                        sum += Lanes.Sum<S, V>(sums);
                        product += Lanes.Sum<S, V>(products);
                    }

                    for (; i < cut.Inner; i++)
                    {
                        sum += gradient[i];
                        product += gradient[i] * ((double)from[i] - mean[channel]);
                    }
                }

                biasGradient[channel] = (float)sum;
                weightGradient[channel] = (float)(product * InverseDeviation(variance[channel], epsilon));
            }
        }
    }

    private readonly struct BackwardJob(
        float* outputGradient,
        float* x,
        ChannelCut cut,
        float* mean,
        float* variance,
        float epsilon,
        float* weight,
        float* weightGradient,
        float* biasGradient,
        float* inputGradient) : ISimdJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = cut.End(piece);
            for (int channel = cut.Start(piece); channel < end; channel++)
            {
                float inverse = InverseDeviation(variance[channel], epsilon);
                float center = mean[channel];
                float scale = inverse * (weight == null ? 1 : weight[channel]);
                float shift = biasGradient == null ? 0 : (float)((double)biasGradient[channel] / cut.Count);
                float slope = weightGradient == null ? 0 : (float)((double)weightGradient[channel] / cut.Count * inverse);
                V centers = S.Broadcast(center);
                V scales = S.Broadcast(scale);
                V shifts = S.Broadcast(shift);
                V slopes = S.Broadcast(slope);
                for (int sample = 0; sample < cut.Batch; sample++)
                {
                    float* gradient = outputGradient + cut.At(sample, channel);
                    float* from = x + cut.At(sample, channel);
                    float* to = inputGradient + cut.At(sample, channel);
                    int i = 0;
                    for (; i <= cut.Inner - S.Count; i += S.Count)
                    {
                        V change = S.Multiply(S.Subtract(S.Load(from + i), centers), slopes);
                        S.Store(S.Multiply(S.Subtract(S.Subtract(S.Load(gradient + i), shifts), change), scales), to + i);
                    }

                    for (; i < cut.Inner; i++)
                    {
                        to[i] = (gradient[i] - shift - ((from[i] - center) * slope)) * scale;
                    }
                }
            }
        }
    }
}
