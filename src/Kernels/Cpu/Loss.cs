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

    // A block is summed a second time in this unit, 2⁻⁴⁰, for what a float cannot hold.
    private const float Unit = 9.094947e-13f;

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
            int i = piece * pieceLength;
            int end = Math.Min(length, i + pieceLength);
            double total = 0;
            while (i <= end - S.Count)
            {
                int blockEnd = i + Math.Min(VectorsPerBlock * S.Count, (end - i) / S.Count * S.Count);
                V sum = S.Broadcast(0);
                V scaled = sum;
                for (; i < blockEnd; i += S.Count)
                {
                    V output = S.Load(outputs + i);
                    V target = S.Load(targets + i);
                    V loss = Element<S, V>(i, output, target);
                    sum = TLoss.AddTo<S, V>(sum, loss, output, target);
                    scaled = S.MultiplyAdd(loss, S.Broadcast(Unit), scaled);
                }

                total += Total<S, V>(sum, scaled);
            }

            for (; i < end; i++)
            {
                total += Element<SimdScalar, float>(i, outputs[i], targets[i]);
            }

            sums[piece] = total;
        }

        // Not inlined: a vector that is needed after a call is in memory before it, in the loop too.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static double Total<S, V>(V sum, V scaled)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            double total = Lanes.Sum<S, V>(sum);
            return double.IsFinite(total) ? total : Lanes.Sum<S, V>(scaled) / Unit;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Element<S, V>(int i, V output, V target)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V loss = TLoss.Invoke<S, V>(output, target, S.Broadcast(parameter), out V outputGradient, out V targetGradient);
            V factor = S.Broadcast(scale);
            if (outputGradients != null)
            {
                S.Store(S.Multiply(outputGradient, factor), outputGradients + i);
            }

            if (targetGradients != null)
            {
                S.Store(S.Multiply(targetGradient, factor), targetGradients + i);
            }

            return loss;
        }
    }
}
