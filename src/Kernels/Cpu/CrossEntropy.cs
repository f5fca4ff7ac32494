using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The cross entropy of softmax(x) for each row, from x itself.</summary>
public static unsafe class CrossEntropy
{
    private const int MaxPieces = 1024;

    /// <summary>
    /// scale · the sum over all rows of -Σⱼ t[j] ln p[j], where p = softmax(x); and inputGradient = scale · (p · Σ t - t).
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="output">The output of the network, x: [rows, classes], at least one row.</param>
    /// <param name="target">
    /// The number of each row's class, [rows], where t is 1 for this class and 0 for others; or t itself, [rows, classes].
    /// </param>
    /// <param name="classes">The numbers of a row: at least 1.</param>
    /// <param name="targetIsClass">Whether the target holds numbers of classes.</param>
    /// <param name="scale">The factor: 1/n for the mean of n rows.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not fit, there are no rows, a target is no class, or the result overlaps the output without being the same.
    /// </exception>
    public static float Run(
        WorkerPool pool,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> target,
        int classes,
        bool targetIsClass,
        double scale,
        Span<float> inputGradient)
    {
        const string Operation = "CrossEntropy.Run";
        Check.WholeRows(Operation, output.Length, classes);
        int rows = output.Length / classes;
        if (rows == 0)
        {
            throw new ArgumentException($"{Operation}: the output has no rows, and the mean of none is not defined.");
        }

        Check.Length(Operation, nameof(target), target.Length, targetIsClass ? rows : output.Length);
        if (!inputGradient.IsEmpty)
        {
            Check.Operand(Operation, nameof(output), output, inputGradient);
        }

        if (targetIsClass)
        {
            CheckClasses(target, classes);
        }

        int rowsPerPiece = Math.Max(Math.Max(1, Pieces.Length / classes), Division.RoundUp(rows, MaxPieces));
        int pieces = Division.RoundUp(rows, rowsPerPiece);
        double* sums = stackalloc double[pieces];
        fixed (float* x = output, t = target, gradient = inputGradient)
        {
            SimdDispatch.Run(pool, pieces, new Job(x, t, rows, classes, rowsPerPiece, targetIsClass, (float)scale, gradient, sums));
        }

        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return (float)(sum * scale);
    }

    /// <summary>Throws where a target is no class.</summary>
    internal static void CheckClasses(ReadOnlySpan<float> target, int classes)
    {
        foreach (float number in target)
        {
            if (!(number >= 0 && number < classes && number == MathF.Floor(number)))
            {
                throw new ArgumentException($"CrossEntropy: the target has a class {number}; classes are whole numbers from 0 to {classes - 1}.");
            }
        }
    }

    private readonly struct Job(
        float* output, float* target, int rows, int classes, int rowsPerPiece, bool targetIsClass, float scale, float* inputGradient, double* sums)
        : ISimdJob
    {
        private const int BlockLength = 256;

        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            float* block = stackalloc float[BlockLength];
            double total = 0;
            int end = Math.Min(rows, (piece + 1) * rowsPerPiece);
            for (int row = piece * rowsPerPiece; row < end; row++)
            {
                float* x = output + ((nint)row * classes);
                float max = SoftmaxRow.Max<S, V>(x, classes);
                (double weight, double dot) = WithTarget(row, x, max);
                double sum = 0;
                if (inputGradient == null)
                {
                    for (int i = 0; i < classes; i += BlockLength)
                    {
                        sum += SoftmaxRow.Exp<S, V>(x + i, max, block, Math.Min(BlockLength, classes - i));
                    }
                }
                else
                {
                    float* gradient = inputGradient + ((nint)row * classes);
                    sum = SoftmaxRow.Exp<S, V>(x, max, gradient, classes);
                    float factor = (float)(scale * weight / sum);
                    BinaryLoop.Row<MultiplyOperator, S, V>(gradient, 1, &factor, 0, gradient, classes);
                    SubtractTarget(row, gradient);
                }

                // -Σ t ln p = Σ t · ln Σ exp(x - max) - Σ t (x - max).
                total += (weight * Math.Log(sum)) - dot;
            }

            sums[piece] = total;
        }

        /// <summary>Σ t and Σ t (x - max).</summary>
        private (double Weight, double Dot) WithTarget(int row, float* x, double max)
        {
            if (targetIsClass)
            {
                return (1, x[(int)target[row]] - max);
            }

            float* t = target + ((nint)row * classes);
            double weight = 0;
            double dot = 0;
            for (int i = 0; i < classes; i++)
            {
                weight += t[i];
                dot += t[i] * (x[i] - max);
            }

            return (weight, dot);
        }

        private void SubtractTarget(int row, float* gradient)
        {
            if (targetIsClass)
            {
                gradient[(int)target[row]] -= scale;
                return;
            }

            float* t = target + ((nint)row * classes);
            for (int i = 0; i < classes; i++)
            {
                gradient[i] -= scale * t[i];
            }
        }
    }
}
