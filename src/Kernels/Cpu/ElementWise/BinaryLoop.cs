using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>Runs a formula of two operands over memory: the loop, its tail and its pieces.</summary>
internal static unsafe class BinaryLoop
{
    /// <summary>result = operator(left, right), element by element.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(
        string operation, WorkerPool pool, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        where TOperator : struct, IBinaryOperator
    {
        Check.Operand(operation, nameof(left), left, result);
        Check.Operand(operation, nameof(right), right, result);
        fixed (float* leftPointer = left, rightPointer = right, resultPointer = result)
        {
            SimdDispatch.Run(
                pool, Pieces.Count(result.Length), new Job<TOperator>(leftPointer, 1, rightPointer, 1, resultPointer, result.Length));
        }
    }

    /// <summary>result = operator(left, right) with one right operand for all elements.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps left without being the same.</exception>
    public static void Run<TOperator>(string operation, WorkerPool pool, ReadOnlySpan<float> left, float right, Span<float> result)
        where TOperator : struct, IBinaryOperator
    {
        Check.Operand(operation, nameof(left), left, result);
        fixed (float* leftPointer = left, resultPointer = result)
        {
            SimdDispatch.Run(pool, Pieces.Count(result.Length), new Job<TOperator>(leftPointer, 1, &right, 0, resultPointer, result.Length));
        }
    }

    /// <summary>result = operator(left, right) with one left operand for all elements.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps right without being the same.</exception>
    public static void Run<TOperator>(string operation, WorkerPool pool, float left, ReadOnlySpan<float> right, Span<float> result)
        where TOperator : struct, IBinaryOperator
    {
        Check.Operand(operation, nameof(right), right, result);
        fixed (float* rightPointer = right, resultPointer = result)
        {
            SimdDispatch.Run(pool, Pieces.Count(result.Length), new Job<TOperator>(&left, 0, rightPointer, 1, resultPointer, result.Length));
        }
    }

    /// <summary>One row: a stride of 1 walks an operand, a stride of 0 repeats its first element. Where it streams, the caller ends that.</summary>
    [MethodImpl(Jit.Loop)]
    public static void Row<TOperator, S, V>(float* left, int leftStride, float* right, int rightStride, float* result, int count, bool streams = false)
        where TOperator : struct, IBinaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        // A repeated element becomes a vector in memory that the loop reads again and again: one loop for all cases.
        V leftRepeated, rightRepeated;
        if (leftStride == 0)
        {
            leftRepeated = S.Broadcast(*left);
            left = (float*)&leftRepeated;
        }

        if (rightStride == 0)
        {
            rightRepeated = S.Broadcast(*right);
            right = (float*)&rightRepeated;
        }

        int i = 0;
        nint leftStep = leftStride * S.Count;
        nint rightStep = rightStride * S.Count;

        // The first is known to the compiler, so that formulas that never stream do not share registers with this loop.
        if (TOperator.IsBoundByMemory && streams && Streaming.IsAligned<S, V>(result))
        {
            for (; i <= count - S.Count; i += S.Count, left += leftStep, right += rightStep)
            {
                S.StoreStreaming(TOperator.Invoke<S, V>(S.Load(left), S.Load(right)), result + i);
            }
        }

        for (; i <= count - S.Count; i += S.Count, left += leftStep, right += rightStep)
        {
            S.Store(TOperator.Invoke<S, V>(S.Load(left), S.Load(right)), result + i);
        }

        if (i < count)
        {
            V leftTail = S.LoadPart(left, count - i, S.Broadcast(0));
            V rightTail = S.LoadPart(right, count - i, S.Broadcast(0));
            S.StorePart(TOperator.Invoke<S, V>(leftTail, rightTail), result + i, count - i);
        }
    }

    private readonly struct Job<TOperator>(float* left, int leftStride, float* right, int rightStride, float* result, int length) : ISimdJob
        where TOperator : struct, IBinaryOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            bool streams = Streaming.Pays<TOperator>(length, result, left, right);
            Row<TOperator, S, V>(
                left + (start * leftStride), leftStride, right + (start * rightStride), rightStride, result + start, Pieces.LengthOf(piece, length), streams);
            if (streams)
            {
                Streaming.End();
            }
        }
    }
}
