using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>An axis folded with an operator, such as the maximum.</summary>
public static unsafe class Fold
{
    // Elements of rows that are folded side by side.
    private const int WideRow = 512;

    // Sections are for axes so few that they are not work for several threads as they are.
    private const int MostLongAxes = 32;
    private const int MostParts = 1024;

    /// <summary>result[i, k] = x[i, j, k] folded over j; along an empty axis, the operator's identity.</summary>
    /// <typeparam name="TOperator">The operator: <see cref="MaximumOperator"/>, <see cref="MultiplyOperator"/>, or one of your own.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="outer">The product of the sizes before the axis.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner]; it must not overlap x.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, or the two overlap.</exception>
    public static void Run<TOperator>(WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result)
        where TOperator : struct, IFoldOperator
    {
        ReductionCheck.Lengths("Fold.Run", x, outer, axis, inner, result);
        if (x.IsEmpty)
        {
            result.Fill(TOperator.Identity);
            return;
        }

        int sections = SectionsOf(outer, axis, inner);
        fixed (float* from = x, to = result)
        {
            if (sections > 1)
            {
                // A few long axes are cut into sections, whose results are folded in turn: [outer, sections, inner].
                float* parts = stackalloc float[outer * sections * inner];
                SimdDispatch.Run(pool, outer * sections, new SectionsJob<TOperator>(from, axis, inner, sections, parts));
                SimdDispatch.Run(pool, outer, new Job<TOperator>(parts, outer, sections, inner, 1, to));
                return;
            }

            int rows = (int)Math.Max(1, Pieces.Length / ((long)axis * inner));
            SimdDispatch.Run(pool, Division.RoundUp(outer, rows), new Job<TOperator>(from, outer, axis, inner, rows, to));
        }
    }

    [MethodImpl(Jit.Loop)]
    private static float Contiguous<TOperator, S, V>(float* x, int count)
        where TOperator : struct, IFoldOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        if (count < S.Count)
        {
            float single = x[0];
            for (int i = 1; i < count; i++)
            {
                single = TOperator.Invoke<SimdScalar, float>(single, x[i]);
            }

            return single;
        }

        // Four chains hide the latency of one.
        V identity = S.Broadcast(TOperator.Identity);
        V result = identity, result1 = identity, result2 = identity, result3 = identity;
        int at = 0;
        for (; at <= count - (4 * S.Count); at += 4 * S.Count)
        {
            result = TOperator.Invoke<S, V>(result, S.Load(x + at));
            result1 = TOperator.Invoke<S, V>(result1, S.Load(x + at + S.Count));
            result2 = TOperator.Invoke<S, V>(result2, S.Load(x + at + (2 * S.Count)));
            result3 = TOperator.Invoke<S, V>(result3, S.Load(x + at + (3 * S.Count)));
        }

        result = TOperator.Invoke<S, V>(TOperator.Invoke<S, V>(result, result1), TOperator.Invoke<S, V>(result2, result3));
        for (; at <= count - S.Count; at += S.Count)
        {
            result = TOperator.Invoke<S, V>(result, S.Load(x + at));
        }

        if (at < count)
        {
            result = TOperator.Invoke<S, V>(result, S.LoadPart(x + at, count - at, identity));
        }

        return Lanes.Fold<TOperator, S, V>(result);
    }

    /// <summary>The axis of [axis, inner] folded. Rows of few elements are folded many side by side, and those then among themselves.</summary>
    [SkipLocalsInit]
    private static void Axis<TOperator, S, V>(float* from, int axis, int inner, float* to)
        where TOperator : struct, IFoldOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        if (inner == 1)
        {
            *to = Contiguous<TOperator, S, V>(from, axis);
            return;
        }

        float* wide = stackalloc float[WideRow];
        int together = WideRow / inner;
        if (together >= 2 && axis >= 2 * together)
        {
            Rows<TOperator, S, V>(from, axis / together, together * inner, wide);
            Rows<TOperator, S, V>(wide, together, inner, to);
            int rest = axis % together;
            FoldRows<TOperator, S, V>(from + ((nint)(axis - rest) * inner), rest, inner, to);
        }
        else
        {
            Rows<TOperator, S, V>(from, axis, inner, to);
        }
    }

    private static void Rows<TOperator, S, V>(float* from, int rows, int length, float* to)
        where TOperator : struct, IFoldOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        new ReadOnlySpan<float>(from, length).CopyTo(new Span<float>(to, length));
        FoldRows<TOperator, S, V>(from + length, rows - 1, length, to);
    }

    private static void FoldRows<TOperator, S, V>(float* from, int rows, int length, float* to)
        where TOperator : struct, IFoldOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        for (; rows > 0; rows--, from += length)
        {
            BinaryLoop.Row<TOperator, S, V>(to, 1, from, 1, to, length);
        }
    }

    private static int SectionsOf(int outer, int axis, int inner) =>
        outer > MostLongAxes || inner > MostLongAxes ? 1 : (int)Math.Clamp((long)axis * inner / Pieces.Length, 1, MostParts / (outer * inner));

    private readonly struct SectionsJob<TOperator>(float* x, int axis, int inner, int sections, float* parts) : ISimdJob
        where TOperator : struct, IFoldOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            (int row, int section) = Math.DivRem(piece, sections);
            int start = (int)((long)axis * section / sections), end = (int)((long)axis * (section + 1) / sections);
            Axis<TOperator, S, V>(x + ((((nint)row * axis) + start) * inner), end - start, inner, parts + ((nint)piece * inner));
        }
    }

    private readonly struct Job<TOperator>(float* x, int outer, int axis, int inner, int rows, float* result) : ISimdJob
        where TOperator : struct, IFoldOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = Math.Min(outer, (piece + 1) * rows);
            for (int row = piece * rows; row < end; row++)
            {
                Axis<TOperator, S, V>(x + ((nint)row * axis * inner), axis, inner, result + ((nint)row * inner));
            }
        }
    }
}
