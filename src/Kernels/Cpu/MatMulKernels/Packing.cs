using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>
/// Copies a block of an operand into the order in which a micro-kernel reads it: a panel holds, for each step, the values of
/// its lines (rows of the left operand, columns of the right) side by side.
/// </summary>
/// <remarks>
/// A panel may be filled up with repeated or zero lines; their sums are never stored. Stores may run past a panel's end by
/// <see cref="Slack"/> floats, which a later store or a later panel overwrites.
/// </remarks>
internal static unsafe class Packing
{
    /// <summary>How many floats after the last panel may be written.</summary>
    public const int Slack = 8;

    private const int Block = 8;

    /// <summary>Packs lines that are contiguous in the operand's memory along the steps: line i, step p is source[i·stride + p].</summary>
    /// <param name="source">The first line's first step.</param>
    /// <param name="stride">Floats from one line to the next.</param>
    /// <param name="lines">How many lines there are: at least 1.</param>
    /// <param name="steps">How many steps to pack.</param>
    /// <param name="panel">Where the panel goes.</param>
    /// <param name="width">How many lines the panel holds: at least <paramref name="lines"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint stride, int lines, int steps, float* panel, int width)
    {
        int step = 0;
        if (Avx.IsSupported)
        {
            for (; step + Block <= steps; step += Block)
            {
                // Backwards, since the last block's stores may run into the next step's first lines.
                for (int line = (width - 1) / Block * Block; line >= 0; line -= Block)
                {
                    Transpose8(source + step, stride, line, lines - 1, panel + (step * width) + line, width);
                }
            }
        }

        for (; step < steps; step++)
        {
            for (int line = 0; line < width; line++)
            {
                panel[(step * width) + line] = source[(Math.Min(line, lines - 1) * stride) + step];
            }
        }
    }

    /// <summary>Packs lines that lie side by side in the operand's memory: line i, step p is source[p·stride + i].</summary>
    /// <param name="source">The first line's first step.</param>
    /// <param name="stride">Floats from one step to the next.</param>
    /// <param name="lines">How many lines there are: at least 1.</param>
    /// <param name="steps">How many steps to pack.</param>
    /// <param name="panel">Where the panel goes.</param>
    /// <param name="width">How many lines the panel holds: at least <paramref name="lines"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, nint stride, int lines, int steps, float* panel, int width)
    {
        for (int step = 0; step < steps; step++)
        {
            int line = 0;
            for (; line + Vector256<float>.Count <= lines; line += Vector256<float>.Count)
            {
                Vector256.Store(Vector256.Load(source + line), panel + line);
            }

            for (; line + Vector128<float>.Count <= lines; line += Vector128<float>.Count)
            {
                Vector128.Store(Vector128.Load(source + line), panel + line);
            }

            for (; line < lines; line++)
            {
                panel[line] = source[line];
            }

            for (; line < width; line++)
            {
                panel[line] = 0;
            }

            source += stride;
            panel += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* source, nint stride, int line, int last, float* target, int width)
    {
        float* row0 = source + (Math.Min(line, last) * stride);
        float* row1 = source + (Math.Min(line + 1, last) * stride);
        float* row2 = source + (Math.Min(line + 2, last) * stride);
        float* row3 = source + (Math.Min(line + 3, last) * stride);
        float* row4 = source + (Math.Min(line + 4, last) * stride);
        float* row5 = source + (Math.Min(line + 5, last) * stride);
        float* row6 = source + (Math.Min(line + 6, last) * stride);
        float* row7 = source + (Math.Min(line + 7, last) * stride);

        // Halves of rows 0..3 sit beside those of rows 4..7, so that what remains is a 4x4 transpose within each half.
        Vector256<float> a0 = Vector256.Create(Vector128.Load(row0), Vector128.Load(row4));
        Vector256<float> a1 = Vector256.Create(Vector128.Load(row1), Vector128.Load(row5));
        Vector256<float> a2 = Vector256.Create(Vector128.Load(row2), Vector128.Load(row6));
        Vector256<float> a3 = Vector256.Create(Vector128.Load(row3), Vector128.Load(row7));
        Transpose4x2(a0, a1, a2, a3, target, width);

        a0 = Vector256.Create(Vector128.Load(row0 + 4), Vector128.Load(row4 + 4));
        a1 = Vector256.Create(Vector128.Load(row1 + 4), Vector128.Load(row5 + 4));
        a2 = Vector256.Create(Vector128.Load(row2 + 4), Vector128.Load(row6 + 4));
        a3 = Vector256.Create(Vector128.Load(row3 + 4), Vector128.Load(row7 + 4));
        Transpose4x2(a0, a1, a2, a3, target + (4 * width), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x2(
        Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3, float* target, int width)
    {
        Vector256<float> low01 = Avx.UnpackLow(a0, a1), high01 = Avx.UnpackHigh(a0, a1);
        Vector256<float> low23 = Avx.UnpackLow(a2, a3), high23 = Avx.UnpackHigh(a2, a3);
        Vector256.Store(Avx.UnpackLow(low01.AsDouble(), low23.AsDouble()).AsSingle(), target);
        Vector256.Store(Avx.UnpackHigh(low01.AsDouble(), low23.AsDouble()).AsSingle(), target + width);
        Vector256.Store(Avx.UnpackLow(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (2 * width));
        Vector256.Store(Avx.UnpackHigh(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (3 * width));
    }
}
