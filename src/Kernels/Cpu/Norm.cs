using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The Euclidean norm.</summary>
public static unsafe class Norm
{
    private const int MaxPieces = 1024;

    /// <summary>The root of the sum over all elements of x². No square overflows on the way.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand.</param>
    /// <returns>The norm; 0 for no elements.</returns>
    public static double Run(WorkerPool pool, ReadOnlySpan<float> x)
    {
        int pieceLength = Pieces.LengthOfAtMost(MaxPieces, x.Length);
        int pieces = Division.RoundUp(x.Length, pieceLength);
        double* sums = stackalloc double[pieces];
        fixed (float* from = x)
        {
            SimdDispatch.Run(pool, pieces, new Job(from, x.Length, pieceLength, sums));
        }

        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return Math.Sqrt(sum);
    }

    private readonly struct Job(float* x, int length, int pieceLength, double* sums) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * pieceLength;
            sums[piece] = Moments.SquareSum<S, V>(x + start, 0, Math.Min(pieceLength, length - start));
        }
    }
}
