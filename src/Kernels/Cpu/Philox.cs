using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>
/// Random numbers that are computed from their place: Philox 4x32-10. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3", 2011.
/// </summary>
/// <remarks>
/// Element i depends on the seed, the stream and i alone, so that any device and any number of threads draw the same. The seed is
/// the key, low half first; the counter is i / 4 and the stream, low halves first; the element is word i % 4 of the four that come out.
/// </remarks>
public static unsafe class Philox
{
    private const uint FirstMultiplier = 0xD2511F53;
    private const uint SecondMultiplier = 0xCD9E8D57;
    private const uint FirstKeyStep = 0x9E3779B9;
    private const uint SecondKeyStep = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>
    /// Even over [low, high): low + (high - low) · u, where u is a multiple of 2⁻²⁴ in [0, 1). Where rounding would reach the upper bound, the
    /// number below it is drawn.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each tensor.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound: at least <paramref name="low"/>, which alone is drawn where they are the same. Both are finite.</param>
    /// <param name="result">What is filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the lower one is above the upper one.</exception>
    public static void Uniform(WorkerPool pool, ulong seed, ulong stream, float low, float high, Span<float> result)
    {
        if (!(low <= high) || !float.IsFinite(low) || !float.IsFinite(high))
        {
            throw new ArgumentOutOfRangeException(
                nameof(low), $"Philox.Uniform: low is {low} and high {high}; low must be at most high, and both finite.");
        }

        Draw(pool, seed, stream, new UniformDistribution(UniformRange.Between(low, high)), result);
    }

    /// <summary>Normal with a mean and a standard deviation, two from two words by the method of Box and Muller.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each tensor.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="result">What is filled. No element is further than 5.8 standard deviations from the mean.</param>
    public static void Normal(WorkerPool pool, ulong seed, ulong stream, float mean, float std, Span<float> result) =>
        Draw(pool, seed, stream, new NormalDistribution(mean, std), result);

    /// <summary>The numbers from 0 up to the length in random order: the shuffle of Fisher and Yates.</summary>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each epoch.</param>
    /// <param name="result">What is filled.</param>
    // Optimised from the first call, like the job below.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permutation(ulong seed, ulong stream, Span<int> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = i;
        }

        for (int i = result.Length - 1; i > 0; i--)
        {
            // The upper half of a 64-bit word times the count: even over the choices but for a part in 2³².
            (uint low, uint high, _, _) = Block(seed, stream, (ulong)i);
            int chosen = (int)Math.BigMul(((ulong)high << 32) | low, (ulong)i + 1, out _);
            (result[i], result[chosen]) = (result[chosen], result[i]);
        }
    }

    /// <summary>Ten rounds over a counter of four words with a key of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (uint Word0, uint Word1, uint Word2, uint Word3) Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong first = (ulong)FirstMultiplier * c0;
            ulong second = (ulong)SecondMultiplier * c2;
            (c0, c1, c2, c3) = ((uint)(second >> 32) ^ c1 ^ k0, (uint)second, (uint)(first >> 32) ^ c3 ^ k1, (uint)first);
            k0 += FirstKeyStep;
            k1 += SecondKeyStep;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>The four words of elements 4 · index to 4 · index + 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (uint Word0, uint Word1, uint Word2, uint Word3) Block(ulong seed, ulong stream, ulong index) =>
        Encrypt((uint)index, (uint)(index >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));

    private static void Draw<TDistribution>(WorkerPool pool, ulong seed, ulong stream, TDistribution distribution, Span<float> result)
        where TDistribution : unmanaged, IDistribution
    {
        fixed (float* pointer = result)
        {
            pool.Run(Pieces.Count(result.Length), new Job<TDistribution>(seed, stream, distribution, pointer, result.Length));
        }
    }

    /// <summary>From two random words to two numbers.</summary>
    private interface IDistribution
    {
        (float First, float Second) Pair(uint first, uint second);
    }

    private readonly struct UniformDistribution(UniformRange range) : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (float First, float Second) Pair(uint first, uint second) => (Number(first), Number(second));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float Number(uint word)
        {
            float number = (range.Offset + ((word >> 8) * (1f / (1 << 24)) * range.Width)) * range.Factor;
            return number < range.Greatest ? number : range.Greatest;
        }
    }

    private readonly struct NormalDistribution(float mean, float std) : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (float First, float Second) Pair(uint first, uint second)
        {
            // In (0, 1], so that the logarithm is finite.
            float unit = ((first >> 8) + 1) * (1f / (1 << 24));
            float radius = MathF.Sqrt(-2 * MathF.Log(unit));
            (float sine, float cosine) = MathF.SinCos((second >> 8) * (MathF.Tau / (1 << 24)));
            return (mean + (radius * cosine * std), mean + (radius * sine * std));
        }
    }

    private readonly struct Job<TDistribution>(ulong seed, ulong stream, TDistribution distribution, float* result, int length) : IParallelJob
        where TDistribution : unmanaged, IDistribution
    {
        // Optimised from the first call, since a large tensor is filled once and never again.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            float* four = stackalloc float[4];
            for (int i = start; i < end; i += 4)
            {
                (uint word0, uint word1, uint word2, uint word3) = Block(seed, stream, (ulong)i / 4);
                (four[0], four[1]) = distribution.Pair(word0, word1);
                (four[2], four[3]) = distribution.Pair(word2, word3);
                for (int lane = 0; lane < Math.Min(4, end - i); lane++)
                {
                    result[i + lane] = four[lane];
                }
            }
        }
    }
}
