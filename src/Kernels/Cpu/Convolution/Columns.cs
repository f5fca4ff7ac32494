using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Convolution;

/// <summary>
/// A picture as a matrix [channels · window, output positions]: column p holds what the window sees at position p. A convolution is
/// then a matrix product.
/// </summary>
internal static unsafe class Columns
{
    /// <summary>How many numbers the matrix of a sample has.</summary>
    public static int Length(int channels, in Window2d window) => checked(channels * window.Area * window.OutputArea);

    /// <summary>Whether the matrix would be the picture itself.</summary>
    public static bool AreThePicture(in Window2d window) => window is { Size: 1, Stride: 1, Padding: 0 };

    /// <summary>Copies a picture [channels, height, width] to columns, with zeros for the padding.</summary>
    // Optimised from the first call: a loop that is entered once would otherwise run unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(float* picture, int channels, in Window2d window, float* columns)
    {
        int width = window.OutputWidth;
        for (int channel = 0; channel < channels; channel++, picture += window.InputArea)
        {
            for (int ky = 0; ky < window.Size; ky++)
            {
                for (int kx = 0; kx < window.Size; kx++)
                {
                    (int first, int end) = Inside(kx, window);
                    for (int row = 0; row < window.OutputHeight; row++, columns += width)
                    {
                        int y = (row * window.Stride) - window.Padding + (ky * window.Dilation);
                        if ((uint)y >= (uint)window.InputHeight)
                        {
                            new Span<float>(columns, width).Clear();
                            continue;
                        }

                        float* from = picture + (y * window.InputWidth) + Column(kx, window);
                        int column = 0;
                        for (; column < first; column++)
                        {
                            columns[column] = 0;
                        }

                        if (window.Stride == 1)
                        {
                            new ReadOnlySpan<float>(from + first, end - first).CopyTo(new Span<float>(columns + first, end - first));
                            column = end;
                        }
                        else
                        {
                            for (; column < end; column++)
                            {
                                columns[column] = from[column * window.Stride];
                            }
                        }

                        for (; column < width; column++)
                        {
                            columns[column] = 0;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds columns to the picture that they came from: the reverse of <see cref="Gather"/>. What fell on the padding is lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<S, V>(float* columns, int channels, in Window2d window, float* picture)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (int channel = 0; channel < channels; channel++, picture += window.InputArea)
        {
            for (int ky = 0; ky < window.Size; ky++)
            {
                for (int kx = 0; kx < window.Size; kx++)
                {
                    (int first, int end) = Inside(kx, window);
                    for (int row = 0; row < window.OutputHeight; row++, columns += window.OutputWidth)
                    {
                        int y = (row * window.Stride) - window.Padding + (ky * window.Dilation);
                        if ((uint)y >= (uint)window.InputHeight)
                        {
                            continue;
                        }

                        float* to = picture + (y * window.InputWidth) + Column(kx, window);
                        int column = first;
                        for (; window.Stride == 1 && column <= end - S.Count; column += S.Count)
                        {
                            S.Store(S.Add(S.Load(to + column), S.Load(columns + column)), to + column);
                        }

                        for (; column < end; column++)
                        {
                            to[column * window.Stride] += columns[column];
                        }
                    }
                }
            }
        }
    }

    // The input's column that the window's column kx sees at the output's column 0.
    private static int Column(int kx, in Window2d window) => (kx * window.Dilation) - window.Padding;

    /// <summary>The output's columns for which the window's column kx lies inside the input.</summary>
    private static (int First, int End) Inside(int kx, in Window2d window)
    {
        int start = Column(kx, window);
        int first = start >= 0 ? 0 : (-start + window.Stride - 1) / window.Stride;
        int end = start >= window.InputWidth ? 0 : ((window.InputWidth - 1 - start) / window.Stride) + 1;
        end = Math.Min(end, window.OutputWidth);
        return (Math.Min(first, end), end);
    }
}
