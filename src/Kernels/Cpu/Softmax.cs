using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Turns each row of numbers into probabilities that add up to 1.</summary>
public static unsafe class Softmax
{
    /// <summary>y[i, j] = exp(x[i, j]) / the sum over k of exp(x[i, k]).</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [rows, columns].</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no whole rows, or the two overlap without being the same.</exception>
    public static void Forward(WorkerPool pool, ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        const string Operation = "Softmax.Forward";
        Check.Operand(Operation, nameof(x), x, y);
        Check.WholeRows(Operation, y.Length, columns);
        fixed (float* from = x, to = y)
        {
            int rows = y.Length / columns;
            SimdDispatch.Run(pool, RowPieces.Count(rows, columns), new ForwardJob(from, rows, columns, to));
        }
    }

    /// <summary>inputGradient[i, j] = output[i, j] · (outputGradient[i, j] - the sum over k of outputGradient[i, k] · output[i, k]).</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [rows, columns].</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no whole rows, or the result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> output, int columns, Span<float> inputGradient)
    {
        const string Operation = "Softmax.Backward";
        Check.Operand(Operation, nameof(outputGradient), outputGradient, inputGradient);
        Check.Operand(Operation, nameof(output), output, inputGradient);
        Check.WholeRows(Operation, output.Length, columns);
        fixed (float* gradient = outputGradient, y = output, to = inputGradient)
        {
            int rows = output.Length / columns;
            SimdDispatch.Run(pool, RowPieces.Count(rows, columns), new BackwardJob(gradient, y, rows, columns, to));
        }
    }

    private readonly struct ForwardJob(float* x, int rows, int columns, float* y) : ISimdJob
    {
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = RowPieces.End(piece, rows, columns);
            for (int row = RowPieces.Start(piece, columns); row < end; row++)
            {
                float* from = x + ((nint)row * columns);
                float* to = y + ((nint)row * columns);
                double sum = SoftmaxRow.Exp<S, V>(from, SoftmaxRow.Max<S, V>(from, columns), to, columns);
                float factor = (float)(1 / sum);
                BinaryLoop.Row<MultiplyOperator, S, V>(to, 1, &factor, 0, to, columns);
            }
        }
    }

    private readonly struct BackwardJob(float* outputGradient, float* output, int rows, int columns, float* inputGradient) : ISimdJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = RowPieces.End(piece, rows, columns);
            for (int row = RowPieces.Start(piece, columns); row < end; row++)
            {
                float* gradient = outputGradient + ((nint)row * columns);
                float* y = output + ((nint)row * columns);
                float* to = inputGradient + ((nint)row * columns);
                double dot = 0;
                int i = 0;
                while (i <= columns - S.Count)
                {
                    int blockEnd = Moments.BlockEnd<S, V>(i, columns);
                    V sums = S.Broadcast(0);
                    for (; i < blockEnd; i += S.Count)
                    {
                        sums = S.MultiplyAdd(S.Load(gradient + i), S.Load(y + i), sums);
                    }

                    dot += S.Sum(sums);
                }

                int rest = columns - i;
                V zero = S.Broadcast(0);
                if (rest > 0)
                {
                    dot += S.Sum(S.Multiply(S.LoadPart(gradient + i, rest, zero), S.LoadPart(y + i, rest, zero)));
                }

                V dots = S.Broadcast((float)dot);
                for (i = 0; i <= columns - S.Count; i += S.Count)
                {
                    S.Store(S.Multiply(S.Load(y + i), S.Subtract(S.Load(gradient + i), dots)), to + i);
                }

                if (rest > 0)
                {
                    V last = S.Multiply(S.LoadPart(y + i, rest, zero), S.Subtract(S.LoadPart(gradient + i, rest, zero), dots));
                    S.StorePart(last, to + i, rest);
                }
            }
        }
    }
}
