using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>The maximum over a moving window, for each plane of pictures [planes, height, width].</summary>
public static unsafe class MaxPool2d
{
    /// <summary>y[p, i, j] = the greatest of what the window sees, or -∞ where it sees padding alone. NaN wins.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    /// <exception cref="ArgumentException">A length does not fit, or the window does not fit the pictures.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, in Window2d window, Span<float> y)
    {
        int planes = PooledPlanes.Count("MaxPool2d.Forward", x.Length, y.Length, window);
        fixed (float* from = x, to = y)
        {
            int perPiece = PooledPlanes.PerPiece(window);
            pool.Run(Division.RoundUp(planes, perPiece), new ForwardJob(from, window, planes, perPiece, to));
        }
    }

    /// <summary>Each output gradient goes to the number that was the greatest: to the first of several, and to none where the window saw padding alone.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/>; it must not overlap an operand.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the window does not fit the pictures.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> x, in Window2d window, Span<float> inputGradient)
    {
        const string Operation = "MaxPool2d.Backward";
        int planes = PooledPlanes.Count(Operation, x.Length, outputGradient.Length, window);
        Check.Length(Operation, nameof(inputGradient), inputGradient.Length, x.Length);
        fixed (float* gradient = outputGradient, from = x, to = inputGradient)
        {
            int perPiece = PooledPlanes.PerPiece(window);
            pool.Run(Division.RoundUp(planes, perPiece), new BackwardJob(gradient, from, window, planes, perPiece, to));
        }
    }

    /// <summary>Where in the plane the greatest number lies that the window sees at a position; -1 if it sees none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Greatest(float* plane, in WindowAxis rows, in WindowAxis columns, int row, int column)
    {
        int top = (row * rows.Stride) - rows.Padding;
        int left = (column * columns.Stride) - columns.Padding;
        int best = -1;
        (int firstRow, int endRow) = rows.Inside(top);
        (int firstColumn, int endColumn) = columns.Inside(left);
        for (int ky = firstRow; ky < endRow; ky++)
        {
            int start = ((top + (ky * rows.Dilation)) * columns.Input) + left;
            for (int kx = firstColumn; kx < endColumn; kx++)
            {
                int at = start + (kx * columns.Dilation);
                if (best < 0 || plane[at] > plane[best] || (float.IsNaN(plane[at]) && !float.IsNaN(plane[best])))
                {
                    best = at;
                }
            }
        }

        return best;
    }

    private readonly struct ForwardJob(float* x, Window2d window, int planes, int perPiece, float* y) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            WindowAxis rows = window.Rows, columns = window.Columns;
            int inputArea = rows.Input * columns.Input, outputArea = rows.Output * columns.Output;
            int end = Math.Min(planes, (piece + 1) * perPiece);
            for (int plane = piece * perPiece; plane < end; plane++)
            {
                float* from = x + ((nint)plane * inputArea);
                float* to = y + ((nint)plane * outputArea);
                for (int row = 0; row < rows.Output; row++)
                {
                    for (int column = 0; column < columns.Output; column++)
                    {
                        int greatest = Greatest(from, rows, columns, row, column);
                        *to++ = greatest < 0 ? float.NegativeInfinity : from[greatest];
                    }
                }
            }
        }
    }

    private readonly struct BackwardJob(float* outputGradient, float* x, Window2d window, int planes, int perPiece, float* inputGradient) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            WindowAxis rows = window.Rows, columns = window.Columns;
            int inputArea = rows.Input * columns.Input, outputArea = rows.Output * columns.Output;
            int end = Math.Min(planes, (piece + 1) * perPiece);
            for (int plane = piece * perPiece; plane < end; plane++)
            {
                float* from = x + ((nint)plane * inputArea);
                float* gradient = outputGradient + ((nint)plane * outputArea);
                float* to = inputGradient + ((nint)plane * inputArea);
                new Span<float>(to, inputArea).Clear();
                for (int row = 0; row < rows.Output; row++)
                {
                    for (int column = 0; column < columns.Output; column++)
                    {
                        int greatest = Greatest(from, rows, columns, row, column);
                        if (greatest >= 0)
                        {
                            to[greatest] += *gradient;
                        }

                        gradient++;
                    }
                }
            }
        }
    }
}
