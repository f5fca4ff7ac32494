using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>
/// Tiles of 14 rows and 2 vectors: 28 sums, 2 vectors of the right operand and 1 value of the left fill the 32 registers of AVX-512.
/// </summary>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal readonly unsafe struct MicroKernel14<S, V> : IMicroKernel
    where S : struct, ISimd<V>
    where V : unmanaged
{
    public static int Rows => 14;

    public static int FewRows => 8;

    public static int Columns => 2 * S.Count;

    // Not inlined, so that it has the registers to itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<TLeft, TRight>(
        int tiles, int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        for (; tiles > 0; tiles--)
        {
            RunTile<TLeft, TRight>(steps, left, leftStride, right, rightStride, result, resultStride, accumulate);
            left += TLeft.Tile(leftStride, Rows, steps);
            result += Rows * resultStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLeft, TRight>(
        int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        V sum0A = S.Broadcast(0), sum0B = S.Broadcast(0);
        V sum1A = S.Broadcast(0), sum1B = S.Broadcast(0);
        V sum2A = S.Broadcast(0), sum2B = S.Broadcast(0);
        V sum3A = S.Broadcast(0), sum3B = S.Broadcast(0);
        V sum4A = S.Broadcast(0), sum4B = S.Broadcast(0);
        V sum5A = S.Broadcast(0), sum5B = S.Broadcast(0);
        V sum6A = S.Broadcast(0), sum6B = S.Broadcast(0);
        V sum7A = S.Broadcast(0), sum7B = S.Broadcast(0);
        V sum8A = S.Broadcast(0), sum8B = S.Broadcast(0);
        V sum9A = S.Broadcast(0), sum9B = S.Broadcast(0);
        V sum10A = S.Broadcast(0), sum10B = S.Broadcast(0);
        V sum11A = S.Broadcast(0), sum11B = S.Broadcast(0);
        V sum12A = S.Broadcast(0), sum12B = S.Broadcast(0);
        V sum13A = S.Broadcast(0), sum13B = S.Broadcast(0);
        Tile<S, V>.Prefetch(result);
        Tile<S, V>.Prefetch(result + resultStride);
        Tile<S, V>.Prefetch(result + (2 * resultStride));
        Tile<S, V>.Prefetch(result + (3 * resultStride));
        Tile<S, V>.Prefetch(result + (4 * resultStride));
        Tile<S, V>.Prefetch(result + (5 * resultStride));
        Tile<S, V>.Prefetch(result + (6 * resultStride));
        Tile<S, V>.Prefetch(result + (7 * resultStride));
        Tile<S, V>.Prefetch(result + (8 * resultStride));
        Tile<S, V>.Prefetch(result + (9 * resultStride));
        Tile<S, V>.Prefetch(result + (10 * resultStride));
        Tile<S, V>.Prefetch(result + (11 * resultStride));
        Tile<S, V>.Prefetch(result + (12 * resultStride));
        Tile<S, V>.Prefetch(result + (13 * resultStride));
        nint leftRow = TLeft.Row(leftStride), leftStep = TLeft.Step(leftStride, Rows), rightStep = TRight.Step(rightStride, Columns);
        for (; steps >= 4; steps -= 4)
        {
            Step(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B,
                ref sum8A, ref sum8B, ref sum9A, ref sum9B, ref sum10A, ref sum10B, ref sum11A, ref sum11B,
                ref sum12A, ref sum12B, ref sum13A, ref sum13B);
            left += leftStep;
            right += rightStep;
            Step(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B,
                ref sum8A, ref sum8B, ref sum9A, ref sum9B, ref sum10A, ref sum10B, ref sum11A, ref sum11B,
                ref sum12A, ref sum12B, ref sum13A, ref sum13B);
            left += leftStep;
            right += rightStep;
            Step(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B,
                ref sum8A, ref sum8B, ref sum9A, ref sum9B, ref sum10A, ref sum10B, ref sum11A, ref sum11B,
                ref sum12A, ref sum12B, ref sum13A, ref sum13B);
            left += leftStep;
            right += rightStep;
            Step(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B,
                ref sum8A, ref sum8B, ref sum9A, ref sum9B, ref sum10A, ref sum10B, ref sum11A, ref sum11B,
                ref sum12A, ref sum12B, ref sum13A, ref sum13B);
            left += leftStep;
            right += rightStep;
        }

        for (; steps > 0; steps--)
        {
            Step(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B,
                ref sum8A, ref sum8B, ref sum9A, ref sum9B, ref sum10A, ref sum10B, ref sum11A, ref sum11B,
                ref sum12A, ref sum12B, ref sum13A, ref sum13B);
            left += leftStep;
            right += rightStep;
        }

        if (accumulate)
        {
            Tile<S, V>.Add(result, ref sum0A, ref sum0B);
            Tile<S, V>.Add(result + resultStride, ref sum1A, ref sum1B);
            Tile<S, V>.Add(result + (2 * resultStride), ref sum2A, ref sum2B);
            Tile<S, V>.Add(result + (3 * resultStride), ref sum3A, ref sum3B);
            Tile<S, V>.Add(result + (4 * resultStride), ref sum4A, ref sum4B);
            Tile<S, V>.Add(result + (5 * resultStride), ref sum5A, ref sum5B);
            Tile<S, V>.Add(result + (6 * resultStride), ref sum6A, ref sum6B);
            Tile<S, V>.Add(result + (7 * resultStride), ref sum7A, ref sum7B);
            Tile<S, V>.Add(result + (8 * resultStride), ref sum8A, ref sum8B);
            Tile<S, V>.Add(result + (9 * resultStride), ref sum9A, ref sum9B);
            Tile<S, V>.Add(result + (10 * resultStride), ref sum10A, ref sum10B);
            Tile<S, V>.Add(result + (11 * resultStride), ref sum11A, ref sum11B);
            Tile<S, V>.Add(result + (12 * resultStride), ref sum12A, ref sum12B);
            Tile<S, V>.Add(result + (13 * resultStride), ref sum13A, ref sum13B);
        }

        Tile<S, V>.Store(result, sum0A, sum0B);
        Tile<S, V>.Store(result + resultStride, sum1A, sum1B);
        Tile<S, V>.Store(result + (2 * resultStride), sum2A, sum2B);
        Tile<S, V>.Store(result + (3 * resultStride), sum3A, sum3B);
        Tile<S, V>.Store(result + (4 * resultStride), sum4A, sum4B);
        Tile<S, V>.Store(result + (5 * resultStride), sum5A, sum5B);
        Tile<S, V>.Store(result + (6 * resultStride), sum6A, sum6B);
        Tile<S, V>.Store(result + (7 * resultStride), sum7A, sum7B);
        Tile<S, V>.Store(result + (8 * resultStride), sum8A, sum8B);
        Tile<S, V>.Store(result + (9 * resultStride), sum9A, sum9B);
        Tile<S, V>.Store(result + (10 * resultStride), sum10A, sum10B);
        Tile<S, V>.Store(result + (11 * resultStride), sum11A, sum11B);
        Tile<S, V>.Store(result + (12 * resultStride), sum12A, sum12B);
        Tile<S, V>.Store(result + (13 * resultStride), sum13A, sum13B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        float* left, nint leftRow, float* right,
        ref V sum0A, ref V sum0B, ref V sum1A, ref V sum1B, ref V sum2A, ref V sum2B, ref V sum3A, ref V sum3B,
        ref V sum4A, ref V sum4B, ref V sum5A, ref V sum5B, ref V sum6A, ref V sum6B, ref V sum7A, ref V sum7B,
        ref V sum8A, ref V sum8B, ref V sum9A, ref V sum9B, ref V sum10A, ref V sum10B, ref V sum11A, ref V sum11B,
        ref V sum12A, ref V sum12B, ref V sum13A, ref V sum13B)
    {
        V rightA = S.Load(right), rightB = S.Load(right + S.Count);
        V value0 = S.Broadcast(*left);
        sum0A = S.MultiplyAdd(value0, rightA, sum0A);
        sum0B = S.MultiplyAdd(value0, rightB, sum0B);
        V value1 = S.Broadcast(left[leftRow]);
        sum1A = S.MultiplyAdd(value1, rightA, sum1A);
        sum1B = S.MultiplyAdd(value1, rightB, sum1B);
        V value2 = S.Broadcast(left[2 * leftRow]);
        sum2A = S.MultiplyAdd(value2, rightA, sum2A);
        sum2B = S.MultiplyAdd(value2, rightB, sum2B);
        left += 3 * leftRow;
        V value3 = S.Broadcast(*left);
        sum3A = S.MultiplyAdd(value3, rightA, sum3A);
        sum3B = S.MultiplyAdd(value3, rightB, sum3B);
        V value4 = S.Broadcast(left[leftRow]);
        sum4A = S.MultiplyAdd(value4, rightA, sum4A);
        sum4B = S.MultiplyAdd(value4, rightB, sum4B);
        V value5 = S.Broadcast(left[2 * leftRow]);
        sum5A = S.MultiplyAdd(value5, rightA, sum5A);
        sum5B = S.MultiplyAdd(value5, rightB, sum5B);
        left += 3 * leftRow;
        V value6 = S.Broadcast(*left);
        sum6A = S.MultiplyAdd(value6, rightA, sum6A);
        sum6B = S.MultiplyAdd(value6, rightB, sum6B);
        V value7 = S.Broadcast(left[leftRow]);
        sum7A = S.MultiplyAdd(value7, rightA, sum7A);
        sum7B = S.MultiplyAdd(value7, rightB, sum7B);
        V value8 = S.Broadcast(left[2 * leftRow]);
        sum8A = S.MultiplyAdd(value8, rightA, sum8A);
        sum8B = S.MultiplyAdd(value8, rightB, sum8B);
        left += 3 * leftRow;
        V value9 = S.Broadcast(*left);
        sum9A = S.MultiplyAdd(value9, rightA, sum9A);
        sum9B = S.MultiplyAdd(value9, rightB, sum9B);
        V value10 = S.Broadcast(left[leftRow]);
        sum10A = S.MultiplyAdd(value10, rightA, sum10A);
        sum10B = S.MultiplyAdd(value10, rightB, sum10B);
        V value11 = S.Broadcast(left[2 * leftRow]);
        sum11A = S.MultiplyAdd(value11, rightA, sum11A);
        sum11B = S.MultiplyAdd(value11, rightB, sum11B);
        left += 3 * leftRow;
        V value12 = S.Broadcast(*left);
        sum12A = S.MultiplyAdd(value12, rightA, sum12A);
        sum12B = S.MultiplyAdd(value12, rightB, sum12B);
        V value13 = S.Broadcast(left[leftRow]);
        sum13A = S.MultiplyAdd(value13, rightA, sum13A);
        sum13B = S.MultiplyAdd(value13, rightB, sum13B);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RunFew<TLeft, TRight>(
        int tiles, int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        for (; tiles > 0; tiles--)
        {
            RunFewTile<TLeft, TRight>(steps, left, leftStride, right, rightStride, result, resultStride, accumulate);
            left += TLeft.Tile(leftStride, FewRows, steps);
            result += FewRows * resultStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunFewTile<TLeft, TRight>(
        int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        V sum0A = S.Broadcast(0), sum0B = S.Broadcast(0);
        V sum1A = S.Broadcast(0), sum1B = S.Broadcast(0);
        V sum2A = S.Broadcast(0), sum2B = S.Broadcast(0);
        V sum3A = S.Broadcast(0), sum3B = S.Broadcast(0);
        V sum4A = S.Broadcast(0), sum4B = S.Broadcast(0);
        V sum5A = S.Broadcast(0), sum5B = S.Broadcast(0);
        V sum6A = S.Broadcast(0), sum6B = S.Broadcast(0);
        V sum7A = S.Broadcast(0), sum7B = S.Broadcast(0);
        Tile<S, V>.Prefetch(result);
        Tile<S, V>.Prefetch(result + resultStride);
        Tile<S, V>.Prefetch(result + (2 * resultStride));
        Tile<S, V>.Prefetch(result + (3 * resultStride));
        Tile<S, V>.Prefetch(result + (4 * resultStride));
        Tile<S, V>.Prefetch(result + (5 * resultStride));
        Tile<S, V>.Prefetch(result + (6 * resultStride));
        Tile<S, V>.Prefetch(result + (7 * resultStride));
        nint leftRow = TLeft.Row(leftStride), leftStep = TLeft.Step(leftStride, FewRows), rightStep = TRight.Step(rightStride, Columns);
        for (; steps >= 4; steps -= 4)
        {
            StepFew(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B);
            left += leftStep;
            right += rightStep;
            StepFew(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B);
            left += leftStep;
            right += rightStep;
            StepFew(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B);
            left += leftStep;
            right += rightStep;
            StepFew(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B);
            left += leftStep;
            right += rightStep;
        }

        for (; steps > 0; steps--)
        {
            StepFew(
                left, leftRow, right,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B, ref sum6A, ref sum6B, ref sum7A, ref sum7B);
            left += leftStep;
            right += rightStep;
        }

        if (accumulate)
        {
            Tile<S, V>.Add(result, ref sum0A, ref sum0B);
            Tile<S, V>.Add(result + resultStride, ref sum1A, ref sum1B);
            Tile<S, V>.Add(result + (2 * resultStride), ref sum2A, ref sum2B);
            Tile<S, V>.Add(result + (3 * resultStride), ref sum3A, ref sum3B);
            Tile<S, V>.Add(result + (4 * resultStride), ref sum4A, ref sum4B);
            Tile<S, V>.Add(result + (5 * resultStride), ref sum5A, ref sum5B);
            Tile<S, V>.Add(result + (6 * resultStride), ref sum6A, ref sum6B);
            Tile<S, V>.Add(result + (7 * resultStride), ref sum7A, ref sum7B);
        }

        Tile<S, V>.Store(result, sum0A, sum0B);
        Tile<S, V>.Store(result + resultStride, sum1A, sum1B);
        Tile<S, V>.Store(result + (2 * resultStride), sum2A, sum2B);
        Tile<S, V>.Store(result + (3 * resultStride), sum3A, sum3B);
        Tile<S, V>.Store(result + (4 * resultStride), sum4A, sum4B);
        Tile<S, V>.Store(result + (5 * resultStride), sum5A, sum5B);
        Tile<S, V>.Store(result + (6 * resultStride), sum6A, sum6B);
        Tile<S, V>.Store(result + (7 * resultStride), sum7A, sum7B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StepFew(
        float* left, nint leftRow, float* right,
        ref V sum0A, ref V sum0B, ref V sum1A, ref V sum1B, ref V sum2A, ref V sum2B, ref V sum3A, ref V sum3B,
        ref V sum4A, ref V sum4B, ref V sum5A, ref V sum5B, ref V sum6A, ref V sum6B, ref V sum7A, ref V sum7B)
    {
        V rightA = S.Load(right), rightB = S.Load(right + S.Count);
        V value0 = S.Broadcast(*left);
        sum0A = S.MultiplyAdd(value0, rightA, sum0A);
        sum0B = S.MultiplyAdd(value0, rightB, sum0B);
        V value1 = S.Broadcast(left[leftRow]);
        sum1A = S.MultiplyAdd(value1, rightA, sum1A);
        sum1B = S.MultiplyAdd(value1, rightB, sum1B);
        V value2 = S.Broadcast(left[2 * leftRow]);
        sum2A = S.MultiplyAdd(value2, rightA, sum2A);
        sum2B = S.MultiplyAdd(value2, rightB, sum2B);
        left += 3 * leftRow;
        V value3 = S.Broadcast(*left);
        sum3A = S.MultiplyAdd(value3, rightA, sum3A);
        sum3B = S.MultiplyAdd(value3, rightB, sum3B);
        V value4 = S.Broadcast(left[leftRow]);
        sum4A = S.MultiplyAdd(value4, rightA, sum4A);
        sum4B = S.MultiplyAdd(value4, rightB, sum4B);
        V value5 = S.Broadcast(left[2 * leftRow]);
        sum5A = S.MultiplyAdd(value5, rightA, sum5A);
        sum5B = S.MultiplyAdd(value5, rightB, sum5B);
        left += 3 * leftRow;
        V value6 = S.Broadcast(*left);
        sum6A = S.MultiplyAdd(value6, rightA, sum6A);
        sum6B = S.MultiplyAdd(value6, rightB, sum6B);
        V value7 = S.Broadcast(left[leftRow]);
        sum7A = S.MultiplyAdd(value7, rightA, sum7A);
        sum7B = S.MultiplyAdd(value7, rightB, sum7B);
    }
}
