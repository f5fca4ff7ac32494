using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>Losses that are sums over elements, with their gradients in the same pass over memory.</summary>
/// <remarks>Floats are added in short blocks and the blocks in double precision, cut by size alone.</remarks>
public static unsafe class Loss
{
    private const int MaxPieces = 1024;
    private const int VectorsPerBlock = 64;

    /// <summary>scale · the sum over all elements of the loss; the gradients are scaled too.</summary>
    /// <typeparam name="TLoss">The loss: <see cref="MseOperator"/>, <see cref="BceWithLogitsOperator"/>, or one of your own.</typeparam>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="scale">The factor: 1/n for the mean of n elements.</param>
    /// <param name="parameter">The number that the loss's formula is given.</param>
    /// <param name="outputGradient">
    /// The gradient with respect to the output, as long as it, or empty if not wanted; it may be the same memory as either operand.
    /// </param>
    /// <param name="targetGradient">The same with respect to the target.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are no elements, or a gradient overlaps an operand without being the same.
    /// </exception>
    public static float Run<TLoss>(
        WorkerPool pool,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> target,
        double scale,
        float parameter,
        Span<float> outputGradient,
        Span<float> targetGradient)
        where TLoss : struct, ILossOperator
    {
        string operation = typeof(TLoss).Name;
        if (output.Length != target.Length || output.IsEmpty)
        {
            throw new ArgumentException(
                $"{operation}: the output has {output.Length} elements and the target {target.Length}; they must be equal and not 0.");
        }

        CheckGradient(operation, output, target, outputGradient);
        CheckGradient(operation, output, target, targetGradient);
        int length = output.Length;
        int pieceLength = Pieces.LengthOfAtMost(MaxPieces, length);
        int pieces = Division.RoundUp(length, pieceLength);
        double* sums = stackalloc double[pieces];
        fixed (float* outputs = output, targets = target, outputGradients = outputGradient, targetGradients = targetGradient)
        {
            SimdDispatch.Run(
                pool, pieces, new Job<TLoss>(outputs, targets, (float)scale, parameter, outputGradients, targetGradients, length, pieceLength, sums));
        }

        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return (float)(sum * scale);
    }

    private static void CheckGradient(string operation, ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> gradient)
    {
        if (!gradient.IsEmpty)
        {
            Check.Operand(operation, nameof(output), output, gradient);
            Check.Operand(operation, nameof(target), target, gradient);
        }
    }

    private readonly struct Job<TLoss>(
        float* outputs,
        float* targets,
        float scale,
        float parameter,
        float* outputGradients,
        float* targetGradients,
        int length,
        int pieceLength,
        double* sums) : ISimdJob
        where TLoss : struct, ILossOperator
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            bool hasGradient = outputGradients != null || targetGradients != null;

            // What sums to no float is added again, for which the operands must still be there.
            bool isOverwritten = outputs == outputGradients || outputs == targetGradients || targets == outputGradients || targets == targetGradients;
            int start = piece * pieceLength;
            int end = Math.Min(length, start + pieceLength);
            int rest = start + ((end - start) / S.Count * S.Count);
            double sum = hasGradient && !isOverwritten ? SumWithGradients<S, V>(start, rest) : Sum<S, V>(start, rest);
            if (!double.IsFinite(sum))
            {
                sums[piece] = AddEach<S, V>(0, start, end);
                return;
            }

            if (isOverwritten)
            {
                SumWithGradients<S, V>(start, rest);
            }

            sums[piece] = AddEach<S, V>(sum, rest, end);
        }

        // A loop of its own, in which the compiler leaves out what only gradients need.
        [MethodImpl(Jit.Loop)]
        private double Sum<S, V>(int i, int end)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            float* x = outputs, t = targets;
            V number = S.Broadcast(parameter);
            double total = 0;
            while (i < end)
            {
                int blockEnd = Math.Min(i + (VectorsPerBlock * S.Count), end);
                V sum = S.Broadcast(0);
                for (; i < blockEnd; i += S.Count)
                {
                    V output = S.Load(x + i);
                    V target = S.Load(t + i);
                    sum = TLoss.AddTo<S, V>(sum, TLoss.Invoke<S, V>(output, target, number, out _, out _), output, target);
                }

                total += S.Sum(sum);
            }

            return total;
        }

        [MethodImpl(Jit.Loop)]
        private double SumWithGradients<S, V>(int i, int end)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            // In registers: as far as the compiler knows, a gradient that is written could change a field.
            float* x = outputs, t = targets, dx = outputGradients, dt = targetGradients;
            V number = S.Broadcast(parameter);
            V factor = S.Broadcast(scale);
            double total = 0;
            while (i < end)
            {
                int blockEnd = Math.Min(i + (VectorsPerBlock * S.Count), end);
                V sum = S.Broadcast(0);
                for (; i < blockEnd; i += S.Count)
                {
                    V output = S.Load(x + i);
                    V target = S.Load(t + i);
                    V loss = TLoss.Invoke<S, V>(output, target, number, out V outputGradient, out V targetGradient);
                    if (dx != null)
                    {
                        S.Store(S.Multiply(outputGradient, factor), dx + i);
                    }

                    if (dt != null)
                    {
                        S.Store(S.Multiply(targetGradient, factor), dt + i);
                    }

                    sum = TLoss.AddTo<S, V>(sum, loss, output, target);
                }

                total += S.Sum(sum);
            }

            return total;
        }

        // Each loss added in double precision: where no float holds the sum of some, and those that do not fill a vector.
        [MethodImpl(Jit.Loop)]
        private double AddEach<S, V>(double total, int i, int end)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            for (; i < end; i += S.Count)
            {
                int count = Math.Min(S.Count, end - i);
                V output = S.LoadPart(outputs + i, count, S.Broadcast(0));
                V target = S.LoadPart(targets + i, count, S.Broadcast(0));
                V loss = TLoss.Invoke<S, V>(output, target, S.Broadcast(parameter), out V outputGradient, out V targetGradient);
                if (outputGradients != null)
                {
                    S.StorePart(S.Multiply(outputGradient, S.Broadcast(scale)), outputGradients + i, count);
                }

                if (targetGradients != null)
                {
                    S.StorePart(S.Multiply(targetGradient, S.Broadcast(scale)), targetGradients + i, count);
                }

                float* losses = (float*)&loss;
                for (int lane = 0; lane < count; lane++)
                {
                    total += losses[lane];
                }
            }

            return total;
        }
    }
}
