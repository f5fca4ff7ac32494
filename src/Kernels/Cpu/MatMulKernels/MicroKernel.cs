using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>The innermost part of a matrix product: tiles of the result, two vectors wide, their sums held in registers.</summary>
/// <typeparam name="TRows">The rows of a tile.</typeparam>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal static unsafe class MicroKernel<TRows, S, V>
    where TRows : struct, ITileRows<V>
    where S : struct, ISimd<V>
    where V : unmanaged
{
    /// <summary>Computes tiles, each below the one before.</summary>
    /// <param name="tiles">How many.</param>
    /// <param name="steps">How many products each sum has.</param>
    /// <param name="left">The first tile's first row of the left operand.</param>
    /// <param name="leftStride">What <typeparamref name="TLeft"/> needs to find the other rows and steps.</param>
    /// <param name="right">The tiles' first column of the right operand.</param>
    /// <param name="rightStride">What <typeparamref name="TRight"/> needs to find the other steps.</param>
    /// <param name="result">The first tile's place in the result.</param>
    /// <param name="resultStride">Floats from one row of the result to the next.</param>
    /// <param name="accumulate">Whether the sums are added to what the result holds.</param>
    // Not inlined, so that it has the registers to itself.
    [MethodImpl(Jit.Loop)]
    public static void Run<TLeft, TRight>(
        int tiles, int steps, float* left, nint leftStride, float* right, nint rightStride, float* result, nint resultStride, bool accumulate)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        TRows sums = default;
        for (; tiles > 0; tiles--)
        {
            TRows.Prefetch(result, resultStride);
            sums.Clear();
            AddAll<TLeft, TRight>(ref sums, steps, left, leftStride, right, rightStride);
            if (accumulate)
            {
                sums.Add(result, resultStride);
            }

            sums.Store(result, resultStride);
            left += TLeft.Tile(leftStride, TRows.Count, steps);
            result += TRows.Count * resultStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddAll<TLeft, TRight>(ref TRows sums, int steps, float* left, nint leftStride, float* right, nint rightStride)
        where TLeft : struct, ILeftLayout
        where TRight : struct, IRightLayout
    {
        nint row = TLeft.Row(leftStride), leftStep = TLeft.Step(leftStride, TRows.Count), rightStep = TRight.Step(rightStride, 2 * S.Count);
        for (; steps >= 8; steps -= 8)
        {
            AddProducts(ref sums, left, row, 0, right, 0);
            AddProducts(ref sums, left, row, leftStep, right, rightStep);
            AddProducts(ref sums, left, row, 2 * leftStep, right, 2 * rightStep);
            AddProducts(ref sums, left, row, 3 * leftStep, right, 3 * rightStep);
            AddProducts(ref sums, left, row, 4 * leftStep, right, 4 * rightStep);
            AddProducts(ref sums, left, row, 5 * leftStep, right, 5 * rightStep);
            AddProducts(ref sums, left, row, 6 * leftStep, right, 6 * rightStep);
            AddProducts(ref sums, left, row, 7 * leftStep, right, 7 * rightStep);
            left += 8 * leftStep;
            right += 8 * rightStep;
        }

        for (; steps > 0; steps--)
        {
            AddProducts(ref sums, left, row, 0, right, 0);
            left += leftStep;
            right += rightStep;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(ref TRows sums, float* left, nint row, nint at, float* right, nint rightAt) =>
        sums.AddProducts(left, row, at, S.Load(right + rightAt), S.Load(right + (rightAt + S.Count)));
}
