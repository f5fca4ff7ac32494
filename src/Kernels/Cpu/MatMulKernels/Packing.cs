using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Quern.Kernels.Cpu.Simd;

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

    private const int StepBlock = 4;
    private const int CacheLine = 64 / sizeof(float);

    /// <summary>Packs lines that are contiguous in the operand's memory along the steps: line i, step p is source[i·stride + p].</summary>
    /// <param name="source">The first line's first step.</param>
    /// <param name="stride">Floats from one line to the next.</param>
    /// <param name="lines">How many lines there are: at least 1.</param>
    /// <param name="steps">How many steps to pack.</param>
    /// <param name="panel">Where the panel goes.</param>
    /// <param name="width">How many lines the panel holds: at least <paramref name="lines"/>.</param>
    /// <typeparam name="S">The arithmetic, whose vectors bound the blocks that are transposed in registers.</typeparam>
    /// <typeparam name="V">Its vector.</typeparam>
    [MethodImpl(Jit.Loop)]
    public static void Transpose<S, V>(float* source, nint stride, int lines, int steps, float* panel, int width)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int transposed = S.Count < Vector128<float>.Count ? 0 : steps / StepBlock * StepBlock;
        int block = Avx.IsSupported && S.Count >= Vector256<float>.Count ? Vector256<float>.Count : Vector128<float>.Count;

        // Backwards, since the last lines' stores may run into the next step's first lines.
        for (int line = (width - 1) / block * block; line >= 0 && transposed > 0; line -= block)
        {
            if (block == Vector256<float>.Count)
            {
                TransposeEight(source, stride, line, lines - 1, transposed, panel + line, width);
            }
            else
            {
                TransposeFour(source, stride, line, lines - 1, transposed, panel + line, width);
            }
        }

        for (int step = transposed; step < steps; step++)
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
    [MethodImpl(Jit.Loop)]
    public static void Copy(float* source, nint stride, int lines, int steps, float* panel, int width)
    {
        if (lines == width && width <= 2 * Vector256<float>.Count)
        {
            // What the last vector of a step reads too much must still be the operand's.
            long excess = ((width + Vector256<float>.Count - 1) / Vector256<float>.Count * Vector256<float>.Count) - width;
            int whole = (int)Math.Max(0, steps - ((excess + stride - 1) / stride));
            CopyWhole(source, stride, whole, panel, width);
            source += whole * stride;
            panel += whole * width;
            steps -= whole;
        }

        for (int step = 0; step < steps; step++)
        {
            // The last vector overlaps the one before, so that no line is left over.
            if (lines >= Vector256<float>.Count)
            {
                for (int line = 0; line < lines - Vector256<float>.Count; line += Vector256<float>.Count)
                {
                    Vector256.Store(Vector256.Load(source + line), panel + line);
                }

                int last = lines - Vector256<float>.Count;
                Vector256.Store(Vector256.Load(source + last), panel + last);
            }
            else if (lines >= Vector128<float>.Count)
            {
                int last = lines - Vector128<float>.Count;
                Vector128<float> end = Vector128.Load(source + last);
                Vector128.Store(Vector128.Load(source), panel);
                Vector128.Store(end, panel + last);
            }
            else
            {
                for (int line = 0; line < lines; line++)
                {
                    panel[line] = source[line];
                }
            }

            for (int line = lines; line < width; line++)
            {
                panel[line] = 0;
            }

            source += stride;
            panel += width;
        }
    }

    /// <summary>Copies steps of up to two vectors. The last vector of a step may be too long: the next step overwrites what is too much.</summary>
    [MethodImpl(Jit.Loop)]
    private static void CopyWhole(float* source, nint stride, int steps, float* panel, nint width)
    {
        if (width <= Vector256<float>.Count)
        {
            for (; steps > 0; steps--)
            {
                Vector256.Store(Vector256.Load(source), panel);
                source += stride;
                panel += width;
            }
        }
        else
        {
            for (; steps > 0; steps--)
            {
                Vector256<float> second = Vector256.Load(source + Vector256<float>.Count);
                Vector256.Store(Vector256.Load(source), panel);
                Vector256.Store(second, panel + Vector256<float>.Count);
                source += stride;
                panel += width;
            }
        }
    }

    /// <summary>Asks for lines of memory that will be packed soon.</summary>
    /// <param name="source">The first line.</param>
    /// <param name="stride">Floats from one line to the next.</param>
    /// <param name="lines">How many lines there are; none if not above 0.</param>
    /// <param name="length">Floats of a line.</param>
    [MethodImpl(Jit.Loop)]
    public static void Fetch(float* source, nint stride, int lines, int length)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (; lines > 0; lines--)
        {
            for (int i = 0; i < length; i += CacheLine)
            {
                Sse.Prefetch0(source + i);
            }

            source += stride;
        }
    }

    /// <summary>Transposes 8 lines, in blocks of 4 steps. Lines after the last repeat it.</summary>
    [MethodImpl(Jit.Loop)]
    private static void TransposeEight(float* source, nint stride, int line, int last, int steps, float* target, nint width)
    {
        float* row0 = source + (Math.Min(line, last) * stride);
        float* row1 = source + (Math.Min(line + 1, last) * stride);
        float* row2 = source + (Math.Min(line + 2, last) * stride);
        float* row3 = source + (Math.Min(line + 3, last) * stride);
        float* row4 = source + (Math.Min(line + 4, last) * stride);
        float* row5 = source + (Math.Min(line + 5, last) * stride);
        float* row6 = source + (Math.Min(line + 6, last) * stride);
        float* row7 = source + (Math.Min(line + 7, last) * stride);
        nint end = steps;
        for (nint step = 0; step < end; step += StepBlock)
        {
            // Rows 4..7 sit beside rows 0..3, so that what remains is a 4x4 transpose within each half.
            Transpose4x2(
                Vector256.Create(Vector128.Load(row0 + step), Vector128.Load(row4 + step)),
                Vector256.Create(Vector128.Load(row1 + step), Vector128.Load(row5 + step)),
                Vector256.Create(Vector128.Load(row2 + step), Vector128.Load(row6 + step)),
                Vector256.Create(Vector128.Load(row3 + step), Vector128.Load(row7 + step)),
                target,
                width);
            target += StepBlock * width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x2(
        Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3, float* target, nint width)
    {
        Vector256<float> low01 = Avx.UnpackLow(a0, a1), high01 = Avx.UnpackHigh(a0, a1);
        Vector256<float> low23 = Avx.UnpackLow(a2, a3), high23 = Avx.UnpackHigh(a2, a3);
        Vector256.Store(Avx.UnpackLow(low01.AsDouble(), low23.AsDouble()).AsSingle(), target);
        Vector256.Store(Avx.UnpackHigh(low01.AsDouble(), low23.AsDouble()).AsSingle(), target + width);
        Vector256.Store(Avx.UnpackLow(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (2 * width));
        Vector256.Store(Avx.UnpackHigh(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (3 * width));
    }

    /// <summary>As <see cref="TransposeEight"/>, for 4 lines.</summary>
    [MethodImpl(Jit.Loop)]
    private static void TransposeFour(float* source, nint stride, int line, int last, int steps, float* target, nint width)
    {
        float* row0 = source + (Math.Min(line, last) * stride);
        float* row1 = source + (Math.Min(line + 1, last) * stride);
        float* row2 = source + (Math.Min(line + 2, last) * stride);
        float* row3 = source + (Math.Min(line + 3, last) * stride);
        nint end = steps;
        for (nint step = 0; step < end; step += StepBlock)
        {
            Vector128<float> a0 = Vector128.Load(row0 + step), a1 = Vector128.Load(row1 + step);
            Vector128<float> a2 = Vector128.Load(row2 + step), a3 = Vector128.Load(row3 + step);
            Vector128<float> low02 = Simd128.InterleaveLow(a0, a2), high02 = Simd128.InterleaveHigh(a0, a2);
            Vector128<float> low13 = Simd128.InterleaveLow(a1, a3), high13 = Simd128.InterleaveHigh(a1, a3);
            Vector128.Store(Simd128.InterleaveLow(low02, low13), target);
            Vector128.Store(Simd128.InterleaveHigh(low02, low13), target + width);
            Vector128.Store(Simd128.InterleaveLow(high02, high13), target + (2 * width));
            Vector128.Store(Simd128.InterleaveHigh(high02, high13), target + (3 * width));
            target += StepBlock * width;
        }
    }
}
