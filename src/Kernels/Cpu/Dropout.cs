using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>Sets random elements to zero and scales the others up, so that the mean stays.</summary>
public static unsafe class Dropout
{
    /// <summary>
    /// y = x / (1 - probability) where <see cref="Philox"/>'s word for the element is high enough, else 0. The same seed and stream
    /// choose the same elements on every device, so the backward pass is this same operation on the gradient.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="seed">Chooses the sequence.</param>
    /// <param name="stream">Chooses one of the sequences of a seed: a different one for each forward pass.</param>
    /// <param name="probability">How likely an element is to become zero: from 0 to 1, a step of 2⁻²⁴ being the finest.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the two overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public static void Run(WorkerPool pool, ulong seed, ulong stream, double probability, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Operand("Dropout.Run", nameof(x), x, y);
        uint threshold = Threshold(probability);
        float scale = Scale(probability);
        fixed (float* from = x, to = y)
        {
            pool.Run(Pieces.Count(y.Length), new Job(seed, stream, threshold, scale, from, to, y.Length));
        }
    }

    /// <summary>An element is kept where the upper 24 bits of its word are at least this.</summary>
    internal static uint Threshold(double probability)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, $"Dropout: the probability is {probability}; it must be from 0 to 1.");
        }

        return (uint)Math.Round(probability * (1 << 24));
    }

    /// <summary>The factor of the elements that are kept.</summary>
    internal static float Scale(double probability) => probability < 1 ? (float)(1 / (1 - probability)) : 0;

    private readonly struct Job(ulong seed, ulong stream, uint threshold, float scale, float* x, float* y, int length) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            int i = start;
            for (; i <= end - 4; i += 4)
            {
                (uint word0, uint word1, uint word2, uint word3) = Philox.Block(seed, stream, (ulong)i / 4);
                y[i] = Keep(word0, x[i]);
                y[i + 1] = Keep(word1, x[i + 1]);
                y[i + 2] = Keep(word2, x[i + 2]);
                y[i + 3] = Keep(word3, x[i + 3]);
            }

            if (i < end)
            {
                (uint word0, uint word1, uint word2, _) = Philox.Block(seed, stream, (ulong)i / 4);
                y[i] = Keep(word0, x[i]);
                for (int rest = i + 1; rest < end; rest++)
                {
                    y[rest] = Keep(rest == i + 1 ? word1 : word2, x[rest]);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float Keep(uint word, float value) => word >> 8 >= threshold ? value * scale : 0;
    }
}
