using System.Runtime.CompilerServices;

namespace Quern.Kernels.Cpu;

/// <summary>The mean of what a moving window sees, for each plane of pictures [planes, height, width].</summary>
public static unsafe class AvgPool2d
{
    /// <summary>y[p, i, j] = the sum of what the window sees over the number of its elements; 0 where it sees nothing.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="countPadding">Whether the elements that lie on the padding count, as zeros.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    /// <exception cref="ArgumentException">A length does not fit, or the window does not fit the pictures.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, in Window2d window, bool countPadding, Span<float> y)
    {
        int planes = PooledPlanes.Count("AvgPool2d.Forward", x.Length, y.Length, window);
        fixed (float* from = x, to = y)
        {
            int perPiece = PooledPlanes.PerPiece(window);
            pool.Run(Division.RoundUp(planes, perPiece), new ForwardJob(from, window, countPadding, planes, perPiece, to));
        }
    }

    /// <summary>Each output gradient goes in equal parts to the numbers that the window saw.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="window">How the window moves.</param>
    /// <param name="countPadding">As in <see cref="Forward"/>.</param>
    /// <param name="inputGradient">The result, [planes, input height, input width]; it must not overlap the operand.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the window does not fit the pictures.</exception>
    public static void Backward(WorkerPool pool, ReadOnlySpan<float> outputGradient, in Window2d window, bool countPadding, Span<float> inputGradient)
    {
        int planes = PooledPlanes.Count("AvgPool2d.Backward", inputGradient.Length, outputGradient.Length, window);
        fixed (float* gradient = outputGradient, to = inputGradient)
        {
            int perPiece = PooledPlanes.PerPiece(window);
            pool.Run(Division.RoundUp(planes, perPiece), new BackwardJob(gradient, window, countPadding, planes, perPiece, to));
        }
    }

    /// <summary>What the sum at a position is divided by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Divisor(in Window2d window, bool countPadding, (int First, int End) rows, (int First, int End) columns) =>
        countPadding ? window.LongArea : Math.Max(1L, (long)Math.Max(0, rows.End - rows.First) * Math.Max(0, columns.End - columns.First));

    private readonly struct ForwardJob(float* x, Window2d window, bool countPadding, int planes, int perPiece, float* y) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            WindowAxis rows = window.Rows, columns = window.Columns;
            int end = Math.Min(planes, (piece + 1) * perPiece);
            float* to = y + ((nint)piece * perPiece * window.OutputArea);
            for (int plane = piece * perPiece; plane < end; plane++)
            {
                float* from = x + ((nint)plane * window.InputArea);
                for (int row = 0; row < rows.Output; row++)
                {
                    int top = (row * rows.Stride) - rows.Padding;
                    (int First, int End) down = rows.Inside(top);
                    for (int column = 0; column < columns.Output; column++)
                    {
                        int left = (column * columns.Stride) - columns.Padding;
                        (int First, int End) across = columns.Inside(left);
                        float sum = 0;
                        for (int ky = down.First; ky < down.End; ky++)
                        {
                            int start = ((top + (ky * rows.Dilation)) * columns.Input) + left;
                            for (int kx = across.First; kx < across.End; kx++)
                            {
                                sum += from[start + (kx * columns.Dilation)];
                            }
                        }

                        *to++ = sum / Divisor(window, countPadding, down, across);
                    }
                }
            }
        }
    }

    private readonly struct BackwardJob(float* outputGradient, Window2d window, bool countPadding, int planes, int perPiece, float* inputGradient) : IParallelJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run(int piece)
        {
            WindowAxis rows = window.Rows, columns = window.Columns;
            int end = Math.Min(planes, (piece + 1) * perPiece);
            float* gradient = outputGradient + ((nint)piece * perPiece * window.OutputArea);
            for (int plane = piece * perPiece; plane < end; plane++)
            {
                float* to = inputGradient + ((nint)plane * window.InputArea);
                new Span<float>(to, window.InputArea).Clear();
                for (int row = 0; row < rows.Output; row++)
                {
                    int top = (row * rows.Stride) - rows.Padding;
                    (int First, int End) down = rows.Inside(top);
                    for (int column = 0; column < columns.Output; column++)
                    {
                        int left = (column * columns.Stride) - columns.Padding;
                        (int First, int End) across = columns.Inside(left);
                        float part = *gradient++ / Divisor(window, countPadding, down, across);
                        for (int ky = down.First; ky < down.End; ky++)
                        {
                            int start = ((top + (ky * rows.Dilation)) * columns.Input) + left;
                            for (int kx = across.First; kx < across.End; kx++)
                            {
                                to[start + (kx * columns.Dilation)] += part;
                            }
                        }
                    }
                }
            }
        }
    }
}
