using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
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
            SimdDispatch.Run(pool, cut.Pieces, new Job<StatisticsStep>(cut, new StatisticsStep(from, cut, means, variances)));
        }
    }

    /// <summary>running ← (1 - momentum) · running + momentum · statistic, where the variance counts as that of a sample: times n / (n - 1).</summary>
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
            runningMean[channel] = ((1 - momentum) * runningMean[channel]) + (momentum * mean[channel]);
            runningVariance[channel] = ((1 - momentum) * runningVariance[channel]) + (momentum * (variance[channel] * unbiased));
        }
    }

    /// <summary>y = (x - mean) / √(variance + ε) · weight + bias, channel by channel.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [batch, channels, inner].</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="variance">The variance of each channel.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
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
            ForwardStep step = new(from, cut, means, variances, epsilon, factors, offsets, to);
            SimdDispatch.Run(pool, cut.Pieces, new Job<ForwardStep>(cut, step));
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
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
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
            ParametersStep step = new(gradient, from, cut, means, variances, epsilon, weights, biases);
            SimdDispatch.Run(pool, cut.Pieces, new Job<ParametersStep>(cut, step));
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
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
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
            BackwardStep step = new(gradient, from, cut, means, variances, epsilon, factors, weights, biases, to);
            SimdDispatch.Run(pool, cut.Pieces, new Job<BackwardStep>(cut, step));
        }
    }

    private static int CheckBatch(string operation, int length, int channels, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        Check.WholeRows(operation, length, checked(channels * inner));
        return length / (channels * inner);
    }

    /// <summary>
    /// A piece is a run of channels, over the whole batch: no two pieces add to the same sum. Vectors run over a channel's numbers in a sample; where
    /// that is one number, over the channels.
    /// </summary>
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
            Pieces = Division.RoundUp(channels, _perPiece);
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

        /// <summary>What a vector's lanes need of numbers that the channels have; of null, a constant.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Lanes<S, V>(float* values, int channel, float otherwise)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            values == null ? S.Broadcast(otherwise) : Inner == 1 ? S.Load(values + channel) : S.Broadcast(values[channel]);

        /// <summary>√(variance + ε).</summary>
        public V Deviations<S, V>(float* variance, int channel, float epsilon)
            where S : struct, ISimd<V>
            where V : unmanaged => S.Sqrt(S.Add(Lanes<S, V>(variance, channel, 0), S.Broadcast(epsilon)));
    }

    /// <summary>What is done to a channel, or to as many as a vector holds where a channel is one number.</summary>
    private interface IStep
    {
        void Run<S, V>(int channel, int channels)
            where S : struct, ISimd<V>
            where V : unmanaged;
    }

    private readonly struct Job<TStep>(ChannelCut cut, TStep step) : ISimdJob
        where TStep : unmanaged, IStep
    {
        private readonly TStep _step = step;

        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int channel = cut.Start(piece);
            int end = cut.End(piece);
            int channels = cut.Inner == 1 ? S.Count : 1;
            for (; channel <= end - channels; channel += channels)
            {
                _step.Run<S, V>(channel, channels);
            }

            for (; channel < end; channel++)
            {
                _step.Run<SimdScalar, float>(channel, 1);
            }
        }
    }

    private readonly struct ForwardStep(
        float* x, ChannelCut cut, float* mean, float* variance, float epsilon, float* weight, float* bias, float* y) : IStep
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int channel, int channels)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V centers = cut.Lanes<S, V>(mean, channel, 0), scales = Scale<S, V>(channel), offsets = cut.Lanes<S, V>(bias, channel, 0);
            float center = cut.Lanes<SimdScalar, float>(mean, channel, 0), scale = Scale<SimdScalar, float>(channel);
            float offset = cut.Lanes<SimdScalar, float>(bias, channel, 0);
            int numbers = cut.Inner * channels;
            for (int sample = 0; sample < cut.Batch; sample++)
            {
                float* from = x + cut.At(sample, channel);
                float* to = y + cut.At(sample, channel);
                int i = 0;
                for (; i <= numbers - S.Count; i += S.Count)
                {
                    S.Store(S.MultiplyAdd(S.Subtract(S.Load(from + i), centers), scales, offsets), to + i);
                }

                for (; i < numbers; i++)
                {
                    to[i] = SimdScalar.MultiplyAdd(from[i] - center, scale, offset);
                }
            }
        }

        private V Scale<S, V>(int channel)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            S.Divide(cut.Lanes<S, V>(weight, channel, 1), cut.Deviations<S, V>(variance, channel, epsilon));
    }

    private readonly struct BackwardStep(
        float* outputGradient,
        float* x,
        ChannelCut cut,
        float* mean,
        float* variance,
        float epsilon,
        float* weight,
        float* weightGradient,
        float* biasGradient,
        float* inputGradient) : IStep
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int channel, int channels)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V centers = cut.Lanes<S, V>(mean, channel, 0), scales = Scale<S, V>(channel);
            V shifts = Shift<S, V>(channel), slopes = Slope<S, V>(channel);
            float center = cut.Lanes<SimdScalar, float>(mean, channel, 0), scale = Scale<SimdScalar, float>(channel);
            float shift = Shift<SimdScalar, float>(channel), slope = Slope<SimdScalar, float>(channel);
            int numbers = cut.Inner * channels;
            for (int sample = 0; sample < cut.Batch; sample++)
            {
                float* gradient = outputGradient + cut.At(sample, channel);
                float* from = x + cut.At(sample, channel);
                float* to = inputGradient + cut.At(sample, channel);
                int i = 0;
                for (; i <= numbers - S.Count; i += S.Count)
                {
                    V change = S.Multiply(S.Subtract(S.Load(from + i), centers), slopes);
                    S.Store(S.Multiply(S.Subtract(S.Subtract(S.Load(gradient + i), shifts), change), scales), to + i);
                }

                for (; i < numbers; i++)
                {
                    to[i] = (gradient[i] - shift - ((from[i] - center) * slope)) * scale;
                }
            }
        }

        private V Scale<S, V>(int channel)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            S.Divide(cut.Lanes<S, V>(weight, channel, 1), cut.Deviations<S, V>(variance, channel, epsilon));

        private V Shift<S, V>(int channel)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            S.Divide(cut.Lanes<S, V>(biasGradient, channel, 0), S.Broadcast(cut.Count));

        private V Slope<S, V>(int channel)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            S.Divide(
                S.Divide(cut.Lanes<S, V>(weightGradient, channel, 0), S.Broadcast(cut.Count)),
                cut.Deviations<S, V>(variance, channel, epsilon));
    }

    /// <summary>Two terms that are summed up over a channel.</summary>
    private interface ITerms
    {
        static abstract void Add<S, V>(ref V first, ref V second, float* x, float* gradient, V center)
            where S : struct, ISimd<V>
            where V : unmanaged;
    }

    private readonly struct Values : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<S, V>(ref V first, ref V second, float* x, float* gradient, V center)
            where S : struct, ISimd<V>
            where V : unmanaged => first = S.Add(first, S.Load(x));
    }

    private readonly struct SquaredDistances : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<S, V>(ref V first, ref V second, float* x, float* gradient, V center)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V distance = S.Subtract(S.Load(x), center);
            first = S.MultiplyAdd(distance, distance, first);
        }
    }

    private readonly struct ProductsAndGradients : ITerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<S, V>(ref V first, ref V second, float* x, float* gradient, V center)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V g = S.Load(gradient);
            first = S.MultiplyAdd(g, S.Subtract(S.Load(x), center), first);
            second = S.Add(second, g);
        }
    }

    /// <summary>The sums of a channel, or of as many channels as a vector holds.</summary>
    private readonly struct Sums(float* x, float* gradient, float* mean, ChannelCut cut)
    {
        // So many vectors are added as floats before the sum joins the total in double precision.
        private const int VectorsPerBlock = 64;

        /// <summary>For each channel the sum of the first term, and S.Count numbers later that of the second.</summary>
        public void Of<TTerms, S, V>(int channel, int channels, double* totals)
            where TTerms : struct, ITerms
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int numbers = cut.Inner * channels;
            int whole = numbers / S.Count * S.Count;
            Lanewise<TTerms, S, V>(channel, 0, whole, totals);
            if (cut.Inner == 1)
            {
                return;
            }

            double* rest = stackalloc double[2];
            Lanewise<TTerms, SimdScalar, float>(channel, whole, numbers, rest);
            for (int i = 1; i < S.Count; i++)
            {
                totals[0] += totals[i];
                totals[S.Count] += totals[S.Count + i];
            }

            totals[0] += rest[0];
            totals[S.Count] += rest[1];
        }

        [MethodImpl(Jit.Loop)]
        private void Lanewise<TTerms, S, V>(int channel, int start, int end, double* totals)
            where TTerms : struct, ITerms
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            new Span<double>(totals, 2 * S.Count).Clear();
            V center = cut.Lanes<S, V>(mean, channel, 0);
            V first = S.Broadcast(0);
            V second = first;
            int room = VectorsPerBlock;
            for (int sample = 0; sample < cut.Batch; sample++)
            {
                nint at = cut.At(sample, channel);
                for (int i = start; i < end;)
                {
                    int stop = Math.Min(end, i + (room * S.Count));
                    room -= (stop - i) / S.Count;
                    for (; i < stop; i += S.Count)
                    {
                        TTerms.Add<S, V>(ref first, ref second, x + at + i, gradient + at + i, center);
                    }

                    if (room == 0)
                    {
                        Simd.Lanes.AddTo<S, V>(first, second, totals);
                        first = second = S.Broadcast(0);
                        room = VectorsPerBlock;
                    }
                }
            }

            Simd.Lanes.AddTo<S, V>(first, second, totals);
        }
    }

    private readonly struct StatisticsStep(float* x, ChannelCut cut, float* mean, float* variance) : IStep
    {
        public void Run<S, V>(int channel, int channels)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            double* sums = stackalloc double[2 * S.Count];
            new Sums(x, x, null, cut).Of<Values, S, V>(channel, channels, sums);
            for (int i = 0; i < channels; i++)
            {
                mean[channel + i] = (float)(sums[i] / cut.Count);
            }

            new Sums(x, x, mean, cut).Of<SquaredDistances, S, V>(channel, channels, sums);
            for (int i = 0; i < channels; i++)
            {
                variance[channel + i] = (float)(sums[i] / cut.Count);
            }
        }
    }

    private readonly struct ParametersStep(
        float* outputGradient, float* x, ChannelCut cut, float* mean, float* variance, float epsilon, float* weightGradient, float* biasGradient)
        : IStep
    {
        public void Run<S, V>(int channel, int channels)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            double* sums = stackalloc double[2 * S.Count];
            new Sums(x, outputGradient, mean, cut).Of<ProductsAndGradients, S, V>(channel, channels, sums);
            for (int i = 0; i < channels; i++)
            {
                weightGradient[channel + i] = (float)(sums[i] / Math.Sqrt(variance[channel + i] + (double)epsilon));
                biasGradient[channel + i] = (float)sums[S.Count + i];
            }
        }
    }
}
