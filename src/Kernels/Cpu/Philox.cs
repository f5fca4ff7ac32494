using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

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
    internal const uint FirstMultiplier = 0xD2511F53;
    internal const uint SecondMultiplier = 0xCD9E8D57;
    internal const uint FirstKeyStep = 0x9E3779B9;
    internal const uint SecondKeyStep = 0xBB67AE85;
    internal const int Rounds = 10;
    private const float UnitStep = 1f / (1 << 24);
    private const float AngleStep = MathF.Tau / (1 << 24);

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

        PhiloxLoop.Run(pool, seed, stream, new UniformDistribution(UniformRange.Between(low, high)), result);
    }

    /// <summary>Normal with a mean and a standard deviation, two from two words by the method of Box and Muller.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each tensor.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="result">What is filled. No element is further than 5.8 standard deviations from the mean.</param>
    public static void Normal(WorkerPool pool, ulong seed, ulong stream, float mean, float std, Span<float> result) =>
        PhiloxLoop.Run(pool, seed, stream, new NormalDistribution(mean, std), result);

    /// <summary>The numbers from 0 up to the length in random order: the shuffle of Fisher and Yates.</summary>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each epoch.</param>
    /// <param name="result">What is filled.</param>
    [MethodImpl(Jit.Loop)]
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

    private readonly struct UniformDistribution(UniformRange range) : PhiloxLoop.IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Draw<S, V>(ref V word0, ref V word1, ref V word2, ref V word3)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            word0 = Number<S, V>(word0);
            word1 = Number<S, V>(word1);
            word2 = Number<S, V>(word2);
            word3 = Number<S, V>(word3);
        }

        // No product is joined with the sum: the numbers are the same on every device.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Number<S, V>(V word)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V scaled = S.Multiply(S.Multiply(UpperBits<S, V>(word), S.Broadcast(UnitStep)), S.Broadcast(range.Width));
            V number = S.Multiply(S.Add(S.Broadcast(range.Offset), scaled), S.Broadcast(range.Factor));
            return S.AtMost(number, S.Broadcast(range.Greatest));
        }
    }

    private readonly struct NormalDistribution(float mean, float std) : PhiloxLoop.IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Draw<S, V>(ref V word0, ref V word1, ref V word2, ref V word3)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            Pair<S, V>(ref word0, ref word1);
            Pair<S, V>(ref word2, ref word3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Pair<S, V>(ref V first, ref V second)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            // In (0, 1], so that the logarithm is finite.
            V unit = S.Multiply(S.Add(UpperBits<S, V>(first), S.Broadcast(1)), S.Broadcast(UnitStep));
            V radius = S.Sqrt(S.Multiply(S.Broadcast(-2), LogOperator.OfNormal<S, V>(unit)));
            Wave.SinCos<S, V>(S.Multiply(UpperBits<S, V>(second), S.Broadcast(AngleStep)), out V sine, out V cosine);
            first = S.Add(S.Broadcast(mean), S.Multiply(S.Multiply(radius, cosine), S.Broadcast(std)));
            second = S.Add(S.Broadcast(mean), S.Multiply(S.Multiply(radius, sine), S.Broadcast(std)));
        }
    }

    /// <summary>The upper 24 bits of words as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V UpperBits<S, V>(V word)
        where S : struct, ISimd<V>
        where V : unmanaged => S.FromBits(S.And(S.ShiftRightBits(word, 8), S.BroadcastBits(0xFFFFFF)));
}
