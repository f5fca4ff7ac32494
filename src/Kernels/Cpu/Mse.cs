using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The mean squared error: the mean over all n elements of (output - target)².</summary>
public static unsafe partial class Mse
{
    private const int MaxPieces = 1024;

    /// <summary>The loss.</summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <returns>The mean of (output - target)².</returns>
    /// <exception cref="ArgumentException">The lengths differ, or there are no elements.</exception>
    public static float Forward(WorkerPool pool, ReadOnlySpan<float> output, ReadOnlySpan<float> target)
    {
        CheckOperands("Mse.Forward", output, target);
        int pieceLength = PieceLength(output.Length);
        int pieces = PieceCount(output.Length);
        double* sums = stackalloc double[pieces];
        fixed (float* outputPointer = output, targetPointer = target)
        {
            SimdDispatch.Run(pool, pieces, new ForwardJob(outputPointer, targetPointer, output.Length, pieceLength, sums));
        }

        return Mean(sums, pieces, output.Length);
    }

    /// <summary>
    /// The loss and its derivative in one pass: inputGradient = 2/n · (output - target), times the derivative of the activation that
    /// made the output.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network: at least one element.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="inputGradient">The result, as long as the output; it may be the same memory as either operand.</param>
    /// <param name="activation">
    /// The activation to differentiate as well: the gradient is then with respect to the activation's input. <see cref="Activation.None"/>
    /// gives it with respect to the output.
    /// </param>
    /// <returns>The mean of (output - target)².</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, there are no elements, or the result overlaps an operand without being the same.
    /// </exception>
    public static float ForwardBackward(
        WorkerPool pool, ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> inputGradient, Activation activation) =>
        activation switch
        {
            Activation.None => ForwardBackward<PassThroughOperator>(pool, output, target, inputGradient),
            Activation.Relu => ForwardBackward<ReluGradientOperator>(pool, output, target, inputGradient),
            Activation.Sigmoid => ForwardBackward<SigmoidGradientOperator>(pool, output, target, inputGradient),
            Activation.Tanh => ForwardBackward<TanhGradientOperator>(pool, output, target, inputGradient),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Mse.ForwardBackward: there is no such activation."),
        };

    private static float ForwardBackward<TGradient>(
        WorkerPool pool, ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> inputGradient)
        where TGradient : struct, IBinaryOperator
    {
        const string Operation = "Mse.ForwardBackward";
        CheckOperands(Operation, output, target);
        Check.Operand(Operation, nameof(output), output, inputGradient);
        Check.Operand(Operation, nameof(target), target, inputGradient);
        int pieceLength = PieceLength(output.Length);
        int pieces = PieceCount(output.Length);
        double* sums = stackalloc double[pieces];
        fixed (float* outputPointer = output, targetPointer = target, gradientPointer = inputGradient)
        {
            SimdDispatch.Run(pool, pieces, new ForwardBackwardJob<TGradient>(
                outputPointer, targetPointer, gradientPointer, output.Length, pieceLength, sums));
        }

        return Mean(sums, pieces, output.Length);
    }

    private static void CheckOperands(string operation, ReadOnlySpan<float> output, ReadOnlySpan<float> target)
    {
        if (output.Length != target.Length || output.IsEmpty)
        {
            throw new ArgumentException(
                $"{operation}: the output has {output.Length} elements and the target {target.Length}; they must be equal and not 0.");
        }
    }

    private static int PieceLength(int length) => Math.Max(Pieces.Length, (length / MaxPieces / Pieces.Length * Pieces.Length) + Pieces.Length);

    private static int PieceCount(int length) => ((length - 1) / PieceLength(length)) + 1;

    private static float Mean(double* sums, int pieces, int length)
    {
        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return (float)(sum / length);
    }

    private readonly struct ForwardJob(float* output, float* target, int length, int pieceLength, double* sums) : ISimdJob
    {
        // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            SquareSum<S, V> sum = default;
            int i = piece * pieceLength;
            int end = Math.Min(length, i + pieceLength);
            while (i <= end - S.Count)
            {
                int blockEnd = SquareSum<S, V>.BlockEnd(i, end);
                for (; i < blockEnd; i += S.Count)
                {
                    sum.Add(S.Subtract(S.Load(output + i), S.Load(target + i)));
                }

                sum.EndBlock();
            }

            if (i < end)
            {
                sum.Add(S.Subtract(Partial.Load<V>(output + i, end - i), Partial.Load<V>(target + i, end - i)));
                sum.EndBlock();
            }

            sums[piece] = sum.Total;
        }
    }

    private readonly struct ForwardBackwardJob<TGradient>(
        float* output, float* target, float* inputGradient, int length, int pieceLength, double* sums) : ISimdJob
        where TGradient : struct, IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V scale = S.Broadcast((float)(2.0 / length));
            SquareSum<S, V> sum = default;
            int i = piece * pieceLength;
            int end = Math.Min(length, i + pieceLength);
            while (i <= end - S.Count)
            {
                int blockEnd = SquareSum<S, V>.BlockEnd(i, end);
                for (; i < blockEnd; i += S.Count)
                {
                    V value = S.Load(output + i);
                    V difference = S.Subtract(value, S.Load(target + i));
                    sum.Add(difference);
                    S.Store(TGradient.Invoke<S, V>(S.Multiply(difference, scale), value), inputGradient + i);
                }

                sum.EndBlock();
            }

            if (i < end)
            {
                V value = Partial.Load<V>(output + i, end - i);
                V difference = S.Subtract(value, Partial.Load<V>(target + i, end - i));
                sum.Add(difference);
                Partial.Store(TGradient.Invoke<S, V>(S.Multiply(difference, scale), value), inputGradient + i, end - i);
                sum.EndBlock();
            }

            sums[piece] = sum.Total;
        }
    }

    /// <summary>A sum of squares: floats within a block, the blocks in double precision.</summary>
    private struct SquareSum<S, V>
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        private const int VectorsPerBlock = 64;

        // The block is summed a second time in this unit, 2⁻⁷⁰, whose square is that of the sum: for what a float cannot hold.
        private const float Unit = 8.4703295e-22f;

        private V _block;
        private V _scaled;

        public double Total { readonly get; private set; }

        public static int BlockEnd(int start, int end) => start + Math.Min(VectorsPerBlock * S.Count, (end - start) / S.Count * S.Count);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(V difference)
        {
            V small = S.Multiply(difference, S.Broadcast(Unit));
            _block = S.MultiplyAdd(difference, difference, _block);
            _scaled = S.MultiplyAdd(small, small, _scaled);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void EndBlock()
        {
            double sum = Lanes.Sum<S, V>(_block);
            Total += double.IsFinite(sum) ? sum : Lanes.Sum<S, V>(_scaled) / Unit / Unit;
            _block = _scaled = S.Broadcast(0);
        }
    }

    private readonly partial struct PassThroughOperator : IBinaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<S, V>(V left, V right)
            where S : struct, IArithmetic<V>
            where V : unmanaged => left;
    }
}
