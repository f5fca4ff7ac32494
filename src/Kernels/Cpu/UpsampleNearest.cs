using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>Enlarges pictures [planes, height, width] by a whole factor: each number becomes a square.</summary>
public static unsafe class UpsampleNearest
{
    /// <summary>y[p, i, j] = x[p, i / factor, j / factor].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The pictures, [planes, height, width].</param>
    /// <param name="width">The columns of <paramref name="x"/>: at least 1.</param>
    /// <param name="factor">The sides of the squares: at least 1.</param>
    /// <param name="y">The result, [planes, height · factor, width · factor]; it must not overlap x.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, int width, int factor, Span<float> y)
    {
        int rows = CheckRows("UpsampleNearest.Forward", x.Length, width, factor, y.Length);
        if (rows == 0)
        {
            return;
        }

        fixed (float* from = x, to = y)
        {
            int wide = width * factor * factor;
            pool.Run(RowPieces.Count(rows, wide), new ForwardJob(from, rows, width, factor, to));
        }
    }

    /// <summary>inputGradient[p, i, j] = the sum of outputGradient over the square of x[p, i, j].</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, height · factor, width · factor].</param>
    /// <param name="width">The columns of the input: at least 1.</param>
    /// <param name="factor">The sides of the squares: at least 1.</param>
    /// <param name="inputGradient">The result, [planes, height, width]; it must not overlap the operand.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Backward(WorkerPool pool, ReadOnlySpan<float> outputGradient, int width, int factor, Span<float> inputGradient)
    {
        int rows = CheckRows("UpsampleNearest.Backward", inputGradient.Length, width, factor, outputGradient.Length);
        if (rows == 0)
        {
            return;
        }

        fixed (float* gradient = outputGradient, to = inputGradient)
        {
            int wide = width * factor * factor;
            pool.Run(RowPieces.Count(rows, wide), new BackwardJob(gradient, rows, width, factor, to));
        }
    }

    private static int CheckRows(string operation, int small, int width, int factor, int large)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        Check.WholeRows(operation, small, width);
        Check.Length(operation, "the enlarged picture", large, (Int128)small * factor * factor);
        return small / width;
    }

    // A row of the input is a row of squares of the output.
    private readonly struct ForwardJob(float* x, int rows, int width, int factor, float* y) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int wide = width * factor;
            int end = RowPieces.End(piece, rows, wide * factor);
            for (int row = RowPieces.Start(piece, wide * factor); row < end; row++)
            {
                float* from = x + ((nint)row * width);
                float* to = y + ((nint)row * wide * factor);
                for (int column = 0; column < width; column++)
                {
                    for (int i = 0; i < factor; i++)
                    {
                        to[(column * factor) + i] = from[column];
                    }
                }

                for (int i = 1; i < factor; i++)
                {
                    new ReadOnlySpan<float>(to, wide).CopyTo(new Span<float>(to + ((nint)i * wide), wide));
                }
            }
        }
    }

    private readonly struct BackwardJob(float* outputGradient, int rows, int width, int factor, float* inputGradient) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            int wide = width * factor;
            int end = RowPieces.End(piece, rows, wide * factor);
            for (int row = RowPieces.Start(piece, wide * factor); row < end; row++)
            {
                float* gradient = outputGradient + ((nint)row * wide * factor);
                float* to = inputGradient + ((nint)row * width);
                for (int column = 0; column < width; column++)
                {
                    float sum = 0;
                    for (int i = 0; i < factor; i++)
                    {
                        for (int j = 0; j < factor; j++)
                        {
                            sum += gradient[((nint)i * wide) + (column * factor) + j];
                        }
                    }

                    to[column] = sum;
                }
            }
        }
    }
}
