using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Fills memory from <see cref="Philox"/>'s words, as many blocks at a time as a vector has lanes.</summary>
internal static unsafe class PhiloxLoop
{
    private const int WordsOfBlock = 4;
    private const int MostLanes = 16;

    /// <summary>Draws every element.</summary>
    public static void Run<TDistribution>(WorkerPool pool, ulong seed, ulong stream, TDistribution distribution, Span<float> result)
        where TDistribution : unmanaged, IDistribution
    {
        fixed (float* pointer = result)
        {
            SimdDispatch.Run(pool, Pieces.Count(result.Length), new Job<TDistribution>(seed, stream, distribution, pointer, result.Length));
        }
    }

    /// <summary>The words of the blocks whose numbers the lanes of the first counter hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt<S, V>(ref V c0, ref V c1, ref V c2, ref V c3, uint k0, uint k1)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (int round = 0; round < Philox.Rounds; round++)
        {
            V firstLow = S.MultiplyBits(c0, Philox.FirstMultiplier, out V firstHigh);
            V secondLow = S.MultiplyBits(c2, Philox.SecondMultiplier, out V secondHigh);
            c0 = S.Xor(S.Xor(secondHigh, c1), S.BroadcastBits((int)k0));
            c1 = secondLow;
            c2 = S.Xor(S.Xor(firstHigh, c3), S.BroadcastBits((int)k1));
            c3 = firstLow;
            k0 += Philox.FirstKeyStep;
            k1 += Philox.SecondKeyStep;
        }
    }

    /// <summary>From the four words of each block to its four numbers.</summary>
    public interface IDistribution
    {
        /// <summary>The words become numbers in place.</summary>
        void Draw<S, V>(ref V word0, ref V word1, ref V word2, ref V word3)
            where S : struct, ISimd<V>
            where V : unmanaged;
    }

    private readonly struct Job<TDistribution>(ulong seed, ulong stream, TDistribution distribution, float* result, int length) : ISimdJob
        where TDistribution : unmanaged, IDistribution
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V lanes = BlocksOfLanes<S, V>();
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            float* rest = stackalloc float[WordsOfBlock * MostLanes];
            for (int i = start; i < end; i += WordsOfBlock * S.Count)
            {
                Draw<S, V>(i, lanes, end - i >= WordsOfBlock * S.Count ? result + i : rest);
            }

            int count = (end - start) % (WordsOfBlock * S.Count);
            new ReadOnlySpan<float>(rest, count).CopyTo(new Span<float>(result + end - count, count));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Draw<S, V>(int first, V lanes, float* to)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            // The counter's second word stays 0: a span has fewer than 2³¹ elements.
            V word0 = S.AddBits(S.BroadcastBits(first / WordsOfBlock), lanes), word1 = S.BroadcastBits(0);
            V word2 = S.BroadcastBits((int)stream), word3 = S.BroadcastBits((int)(stream >> 32));
            Encrypt<S, V>(ref word0, ref word1, ref word2, ref word3, (uint)seed, (uint)(seed >> 32));
            distribution.Draw<S, V>(ref word0, ref word1, ref word2, ref word3);
            Groups.Transpose<S, V>(ref word0, ref word1, ref word2, ref word3);
            S.Store(word0, to);
            S.Store(word1, to + S.Count);
            S.Store(word2, to + (2 * S.Count));
            S.Store(word3, to + (3 * S.Count));
        }

        // In such an order that the words of a block, transposed within groups, come to lie where they belong: lane 4g + j of G groups has
        // block jG + g.
        [MethodImpl(Jit.Loop)]
        private static V BlocksOfLanes<S, V>()
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V blocks = S.BroadcastBits(0);
            int* lanes = (int*)&blocks;
            for (int lane = 0; lane < S.Count; lane++)
            {
                lanes[lane] = (lane % WordsOfBlock * (S.Count / WordsOfBlock)) + (lane / WordsOfBlock);
            }

            return blocks;
        }
    }
}
