using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.Reductions;

/// <summary>
/// Folds the middle axis of [outer, axis, inner] with an operator for which order and repetition do not matter, such as the maximum.
/// </summary>
internal static unsafe class FoldLoop
{
    /// <summary>result = x folded over the axis.</summary>
    public static void Run<TOperator>(string operation, WorkerPool pool, ReadOnlySpan<float> x, int outer, int axis, int inner, Span<float> result)
        where TOperator : struct, IBinaryOperator
    {
        ReductionCheck.Lengths(operation, x, outer, axis, inner, result);
        if (result.Length == 0)
        {
            return;
        }

        ReductionCheck.NotEmpty(operation, axis);
        int rows = (int)Math.Max(1, Pieces.Length / ((long)axis * inner));
        fixed (float* from = x, to = result)
        {
            SimdDispatch.Run(pool, (outer + rows - 1) / rows, new Job<TOperator>(from, outer, axis, inner, rows, to));
        }
    }

    // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Contiguous<TOperator, S, V>(float* x, int count)
        where TOperator : struct, IBinaryOperator
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

        V result = S.Load(x);
        for (int i = S.Count; i <= count - S.Count; i += S.Count)
        {
            result = TOperator.Invoke<S, V>(result, S.Load(x + i));
        }

        // The last vector may overlap the one before.
        result = TOperator.Invoke<S, V>(result, S.Load(x + count - S.Count));
        return Lanes.Fold<TOperator, S, V>(result);
    }

    private readonly struct Job<TOperator>(float* x, int outer, int axis, int inner, int rows, float* result) : ISimdJob
        where TOperator : struct, IBinaryOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = Math.Min(outer, (piece + 1) * rows);
            for (int row = piece * rows; row < end; row++)
            {
                float* from = x + ((nint)row * axis * inner);
                float* to = result + ((nint)row * inner);
                if (inner == 1)
                {
                    *to = Contiguous<TOperator, S, V>(from, axis);
                    continue;
                }

                new ReadOnlySpan<float>(from, inner).CopyTo(new Span<float>(to, inner));
                for (int i = 1; i < axis; i++)
                {
                    BinaryLoop.Row<TOperator, S, V>(to, 1, from + ((nint)i * inner), 1, to, inner);
                }
            }
        }
    }
}
