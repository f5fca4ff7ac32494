using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.Losses;

/// <summary>Adds up a loss over two operands and writes its gradients in the same pass over memory.</summary>
/// <remarks>Floats are added in short blocks and the blocks in double precision, cut by size alone.</remarks>
internal static unsafe class LossLoop
{
    private const int MaxPieces = 1024;
    private const int VectorsPerBlock = 64;

    // A block is summed a second time in this unit, 2⁻⁴⁰, for what a float cannot hold.
    private const float Unit = 9.094947e-13f;

    /// <summary>The sum over all elements of the operator's loss, times scale. Gradients are scaled too; an empty span is not written.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there are no elements, or a result overlaps an operand without being the same.</exception>
    public static float Run<TLoss>(
        string operation,
        WorkerPool pool,
        ReadOnlySpan<float> first,
        ReadOnlySpan<float> second,
        double scale,
        Span<float> firstGradient,
        Span<float> secondGradient)
        where TLoss : struct, ILossOperator
    {
        if (first.Length != second.Length || first.IsEmpty)
        {
            throw new ArgumentException(
                $"{operation}: the operands have {first.Length} and {second.Length} elements; they must be equal and not 0.");
        }

        CheckGradient(operation, first, second, firstGradient);
        CheckGradient(operation, first, second, secondGradient);
        int length = first.Length;
        int pieceLength = Math.Max(Pieces.Length, (length / MaxPieces / Pieces.Length * Pieces.Length) + Pieces.Length);
        int pieces = ((length - 1) / pieceLength) + 1;
        double* sums = stackalloc double[pieces];
        fixed (float* a = first, b = second, aGradient = firstGradient, bGradient = secondGradient)
        {
            SimdDispatch.Run(pool, pieces, new Job<TLoss>(a, b, (float)scale, aGradient, bGradient, length, pieceLength, sums));
        }

        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return (float)(sum * scale);
    }

    private static void CheckGradient(string operation, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> gradient)
    {
        if (!gradient.IsEmpty)
        {
            Check.Operand(operation, nameof(first), first, gradient);
            Check.Operand(operation, nameof(second), second, gradient);
        }
    }

    private readonly struct Job<TLoss>(
        float* first, float* second, float scale, float* firstGradient, float* secondGradient, int length, int pieceLength, double* sums) : ISimdJob
        where TLoss : struct, ILossOperator
    {
        // Optimised from the first call: a loop that is entered once would otherwise run its vectors unoptimised.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                    V loss = Element<S, V>(i);
                    sum = S.Add(sum, loss);
                    scaled = S.MultiplyAdd(loss, S.Broadcast(Unit), scaled);
                }

                double block = Lanes.Sum<S, V>(sum);
                total += double.IsFinite(block) ? block : Lanes.Sum<S, V>(scaled) / Unit;
            }

            for (; i < end; i++)
            {
                total += Element<SimdScalar, float>(i);
            }

            sums[piece] = total;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Element<S, V>(int i)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V loss = TLoss.Invoke<S, V>(S.Load(first + i), S.Load(second + i), out V aGradient, out V bGradient);
            V factor = S.Broadcast(scale);
            if (firstGradient != null)
            {
                S.Store(S.Multiply(aGradient, factor), firstGradient + i);
            }

            if (secondGradient != null)
            {
                S.Store(S.Multiply(bGradient, factor), secondGradient + i);
            }

            return loss;
        }
    }
}
