using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>Runs a formula of one operand over memory: the loop, its tail and its pieces.</summary>
internal static unsafe class UnaryLoop
{
    /// <summary>y = operator(x), element by element.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x and y overlap without being the same.</exception>
    public static void Run<TOperator>(string operation, WorkerPool pool, ReadOnlySpan<float> x, Span<float> y)
        where TOperator : struct, IUnaryOperator
    {
        Check.Operand(operation, nameof(x), x, y);
        fixed (float* xPointer = x, yPointer = y)
        {
            SimdDispatch.Run(pool, Pieces.Count(y.Length), new Job<TOperator>(xPointer, yPointer, y.Length));
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void Loop<TOperator, S, V>(float* x, float* y, int count, bool streams)
        where TOperator : struct, IUnaryOperator
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        int i = 0;

        // The first is known to the compiler, so that formulas that never stream do not share registers with this loop.
        if (TOperator.IsBoundByMemory && streams && Streaming.IsAligned<S, V>(y))
        {
            for (; i <= count - S.Count; i += S.Count)
            {
                S.StoreStreaming(TOperator.Invoke<S, V>(S.Load(x + i)), y + i);
            }

            Streaming.End();
        }

        for (; i <= count - S.Count; i += S.Count)
        {
            S.Store(TOperator.Invoke<S, V>(S.Load(x + i)), y + i);
        }

        if (i < count)
        {
            V tail = S.LoadPart(x + i, count - i, S.Broadcast(0));
            S.StorePart(TOperator.Invoke<S, V>(tail), y + i, count - i);
        }
    }

    private readonly struct Job<TOperator>(float* x, float* y, int length) : ISimdJob
        where TOperator : struct, IUnaryOperator
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            Loop<TOperator, S, V>(x + start, y + start, Pieces.LengthOf(piece, length), Streaming.Pays<TOperator>(length, y, x, x));
        }
    }
}
