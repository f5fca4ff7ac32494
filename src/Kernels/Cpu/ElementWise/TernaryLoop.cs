using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>Runs a formula of three operands over memory: the loop, its tail and its pieces.</summary>
internal static unsafe class TernaryLoop
{
    /// <summary>result = operator(first, second, third), element by element, with one third operand for all.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(
        string operation, WorkerPool pool, ReadOnlySpan<float> first, ReadOnlySpan<float> second, float third, Span<float> result)
        where TOperator : struct, ITernaryOperator
    {
        Check.Operand(operation, nameof(first), first, result);
        Check.Operand(operation, nameof(second), second, result);
        fixed (float* firstPointer = first, secondPointer = second, resultPointer = result)
        {
            SimdDispatch.Run(
                pool, Pieces.Count(result.Length), new Job<TOperator>(firstPointer, secondPointer, third, resultPointer, result.Length));
        }
    }

    /// <summary>result = operator(first, second, third), element by element.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an operand without being the same.</exception>
    public static void Run<TOperator>(
        string operation, WorkerPool pool, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, Span<float> result)
        where TOperator : struct, ITernaryOperator
    {
        Check.Operand(operation, nameof(first), first, result);
        Check.Operand(operation, nameof(second), second, result);
        Check.Operand(operation, nameof(third), third, result);
        fixed (float* firstPointer = first, secondPointer = second, thirdPointer = third, resultPointer = result)
        {
            SimdDispatch.Run(
                pool, Pieces.Count(result.Length), new TensorJob<TOperator>(firstPointer, secondPointer, thirdPointer, resultPointer, result.Length));
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void Loop<TOperator, S, V>(float* first, float* second, float third, float* result, int count)
        where TOperator : struct, ITernaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        V thirds = S.Broadcast(third);
        int i = 0;
        for (; i <= count - S.Count; i += S.Count)
        {
            S.Store(TOperator.Invoke<S, V>(S.Load(first + i), S.Load(second + i), thirds), result + i);
        }

        if (i < count)
        {
            V firstTail = S.LoadPart(first + i, count - i, S.Broadcast(0));
            V secondTail = S.LoadPart(second + i, count - i, S.Broadcast(0));
            S.StorePart(TOperator.Invoke<S, V>(firstTail, secondTail, thirds), result + i, count - i);
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void Loop<TOperator, S, V>(float* first, float* second, float* third, float* result, int count)
        where TOperator : struct, ITernaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int i = 0;
        for (; i <= count - S.Count; i += S.Count)
        {
            S.Store(TOperator.Invoke<S, V>(S.Load(first + i), S.Load(second + i), S.Load(third + i)), result + i);
        }

        if (i < count)
        {
            V firstTail = S.LoadPart(first + i, count - i, S.Broadcast(0));
            V secondTail = S.LoadPart(second + i, count - i, S.Broadcast(0));
            V thirdTail = S.LoadPart(third + i, count - i, S.Broadcast(0));
            S.StorePart(TOperator.Invoke<S, V>(firstTail, secondTail, thirdTail), result + i, count - i);
        }
    }

    private readonly struct Job<TOperator>(float* first, float* second, float third, float* result, int length) : ISimdJob
        where TOperator : struct, ITernaryOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            Loop<TOperator, S, V>(first + start, second + start, third, result + start, Pieces.LengthOf(piece, length));
        }
    }

    private readonly struct TensorJob<TOperator>(float* first, float* second, float* third, float* result, int length) : ISimdJob
        where TOperator : struct, ITernaryOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            Loop<TOperator, S, V>(first + start, second + start, third + start, result + start, Pieces.LengthOf(piece, length));
        }
    }
}
