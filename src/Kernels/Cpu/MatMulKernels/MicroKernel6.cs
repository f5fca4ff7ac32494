using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>
/// Tiles of 6 rows and 2 vectors: 12 sums, 2 vectors of the right operand and 1 value of the left fill the 16 registers of AVX2 and SSE.
/// </summary>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal readonly unsafe struct MicroKernel6<S, V> : IMicroKernel
    where S : struct, ISimd<V>
    where V : unmanaged
{
    public static int Rows => 6;

    public static int FewRows => 4;

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
        Tile<S, V>.Prefetch(result);
        Tile<S, V>.Prefetch(result + resultStride);
        Tile<S, V>.Prefetch(result + (2 * resultStride));
        Tile<S, V>.Prefetch(result + (3 * resultStride));
        Tile<S, V>.Prefetch(result + (4 * resultStride));
        Tile<S, V>.Prefetch(result + (5 * resultStride));
        nint leftRow = TLeft.Row(leftStride), leftStep = TLeft.Step(leftStride, Rows), rightStep = TRight.Step(rightStride, Columns);
        for (; steps >= 8; steps -= 8)
        {
            Step(
                left, 0, leftRow, right, 0,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, leftStep, leftRow, right, rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 2 * leftStep, leftRow, right, 2 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 3 * leftStep, leftRow, right, 3 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 4 * leftStep, leftRow, right, 4 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 5 * leftStep, leftRow, right, 5 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 6 * leftStep, leftRow, right, 6 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            Step(
                left, 7 * leftStep, leftRow, right, 7 * rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
            left += 8 * leftStep;
            right += 8 * rightStep;
        }

        for (; steps > 0; steps--)
        {
            Step(
                left, 0, leftRow, right, 0,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B,
                ref sum4A, ref sum4B, ref sum5A, ref sum5B);
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
        }

        Tile<S, V>.Store(result, sum0A, sum0B);
        Tile<S, V>.Store(result + resultStride, sum1A, sum1B);
        Tile<S, V>.Store(result + (2 * resultStride), sum2A, sum2B);
        Tile<S, V>.Store(result + (3 * resultStride), sum3A, sum3B);
        Tile<S, V>.Store(result + (4 * resultStride), sum4A, sum4B);
        Tile<S, V>.Store(result + (5 * resultStride), sum5A, sum5B);
    }

    // Each place is an address that all steps share plus an offset, constant in most layouts, which then is part of the load: a sum every
    // half cycle leaves few instructions for anything else, fewer still where two threads share a core.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        float* left, nint leftAt, nint leftRow, float* right, nint rightAt,
        ref V sum0A, ref V sum0B, ref V sum1A, ref V sum1B, ref V sum2A, ref V sum2B, ref V sum3A, ref V sum3B,
        ref V sum4A, ref V sum4B, ref V sum5A, ref V sum5B)
    {
        V rightA = S.Load(right + rightAt), rightB = S.Load(right + (rightAt + S.Count));
        V value0 = S.Broadcast(left[leftAt]);
        sum0A = S.MultiplyAdd(value0, rightA, sum0A);
        sum0B = S.MultiplyAdd(value0, rightB, sum0B);
        V value1 = S.Broadcast((left + leftRow)[leftAt]);
        sum1A = S.MultiplyAdd(value1, rightA, sum1A);
        sum1B = S.MultiplyAdd(value1, rightB, sum1B);
        V value2 = S.Broadcast((left + (2 * leftRow))[leftAt]);
        sum2A = S.MultiplyAdd(value2, rightA, sum2A);
        sum2B = S.MultiplyAdd(value2, rightB, sum2B);
        V value3 = S.Broadcast((left + (3 * leftRow))[leftAt]);
        sum3A = S.MultiplyAdd(value3, rightA, sum3A);
        sum3B = S.MultiplyAdd(value3, rightB, sum3B);
        V value4 = S.Broadcast((left + (4 * leftRow))[leftAt]);
        sum4A = S.MultiplyAdd(value4, rightA, sum4A);
        sum4B = S.MultiplyAdd(value4, rightB, sum4B);
        V value5 = S.Broadcast((left + (5 * leftRow))[leftAt]);
        sum5A = S.MultiplyAdd(value5, rightA, sum5A);
        sum5B = S.MultiplyAdd(value5, rightB, sum5B);
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
        Tile<S, V>.Prefetch(result);
        Tile<S, V>.Prefetch(result + resultStride);
        Tile<S, V>.Prefetch(result + (2 * resultStride));
        Tile<S, V>.Prefetch(result + (3 * resultStride));
        nint leftRow = TLeft.Row(leftStride), leftStep = TLeft.Step(leftStride, FewRows), rightStep = TRight.Step(rightStride, Columns);
        for (; steps >= 2; steps -= 2)
        {
            StepFew(
                left, 0, leftRow, right, 0,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B);
            StepFew(
                left, leftStep, leftRow, right, rightStep,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B);
            left += 2 * leftStep;
            right += 2 * rightStep;
        }

        for (; steps > 0; steps--)
        {
            StepFew(
                left, 0, leftRow, right, 0,
                ref sum0A, ref sum0B, ref sum1A, ref sum1B, ref sum2A, ref sum2B, ref sum3A, ref sum3B);
            left += leftStep;
            right += rightStep;
        }

        if (accumulate)
        {
            Tile<S, V>.Add(result, ref sum0A, ref sum0B);
            Tile<S, V>.Add(result + resultStride, ref sum1A, ref sum1B);
            Tile<S, V>.Add(result + (2 * resultStride), ref sum2A, ref sum2B);
            Tile<S, V>.Add(result + (3 * resultStride), ref sum3A, ref sum3B);
        }

        Tile<S, V>.Store(result, sum0A, sum0B);
        Tile<S, V>.Store(result + resultStride, sum1A, sum1B);
        Tile<S, V>.Store(result + (2 * resultStride), sum2A, sum2B);
        Tile<S, V>.Store(result + (3 * resultStride), sum3A, sum3B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StepFew(
        float* left, nint leftAt, nint leftRow, float* right, nint rightAt,
        ref V sum0A, ref V sum0B, ref V sum1A, ref V sum1B, ref V sum2A, ref V sum2B, ref V sum3A, ref V sum3B)
    {
        V rightA = S.Load(right + rightAt), rightB = S.Load(right + (rightAt + S.Count));
        V value0 = S.Broadcast(left[leftAt]);
        sum0A = S.MultiplyAdd(value0, rightA, sum0A);
        sum0B = S.MultiplyAdd(value0, rightB, sum0B);
        V value1 = S.Broadcast((left + leftRow)[leftAt]);
        sum1A = S.MultiplyAdd(value1, rightA, sum1A);
        sum1B = S.MultiplyAdd(value1, rightB, sum1B);
        V value2 = S.Broadcast((left + (2 * leftRow))[leftAt]);
        sum2A = S.MultiplyAdd(value2, rightA, sum2A);
        sum2B = S.MultiplyAdd(value2, rightB, sum2B);
        V value3 = S.Broadcast((left + (3 * leftRow))[leftAt]);
        sum3A = S.MultiplyAdd(value3, rightA, sum3A);
        sum3B = S.MultiplyAdd(value3, rightB, sum3B);
    }
}
