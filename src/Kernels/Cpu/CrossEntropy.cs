using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu;

/// <summary>The cross entropy of softmax(x) for each row, from x itself.</summary>
public static unsafe class CrossEntropy
{
    private const int MaxPieces = 1024;

    /// <summary>
    /// scale · the sum over all rows of -Σⱼ q[j] ln p[j], where p = softmax(x) and q[j] = w[j] · ((1 - smoothing) · t[j] + smoothing / classes); and
    /// inputGradient = scale · (p · Σ q - q).
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
    /// <param name="weight">The weights w, [classes]; ones if empty.</param>
    /// <param name="smoothing">The share of a row that all classes get alike: from 0 to 1.</param>
    /// <param name="ignored">The number in place of a class of a row that has no part in the loss and whose gradient is 0; NaN for none.</param>
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
        Span<float> inputGradient,
        ReadOnlySpan<float> weight = default,
        double smoothing = 0,
        float ignored = float.NaN) =>
        Run(pool, output, target, classes, targetIsClass, scale, inputGradient, weight, smoothing, ignored, hasCheckedClasses: false);

    /// <summary>The same, where <see cref="SumOfWeights"/> may have gone through the target already.</summary>
    internal static float Run(
        WorkerPool pool,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> target,
        int classes,
        bool targetIsClass,
        double scale,
        Span<float> inputGradient,
        ReadOnlySpan<float> weight,
        double smoothing,
        float ignored,
        bool hasCheckedClasses)
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

        if (!weight.IsEmpty)
        {
            Check.Length(Operation, nameof(weight), weight.Length, classes);
        }

        if (targetIsClass && !hasCheckedClasses)
        {
            SumOfWeights(target, classes, weight, ignored);
        }

        int rowsPerPiece = Math.Max(Math.Max(1, Pieces.Length / classes), Division.RoundUp(rows, MaxPieces));
        int pieces = Division.RoundUp(rows, rowsPerPiece);
        double* sums = stackalloc double[pieces];
        fixed (float* x = output, t = target, gradient = inputGradient, w = weight)
        {
            Weighting weighting = new(w, w == null ? classes : Total(weight), smoothing, ignored);
            SimdDispatch.Run(pool, pieces, new Job(x, t, rows, classes, rowsPerPiece, targetIsClass, weighting, scale, gradient, sums));
        }

        double sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            sum += sums[piece];
        }

        return (float)(sum * scale);
    }

    /// <summary>The sum of the weights of all rows' classes, ignored rows left out: what the mean of their losses is divided by.</summary>
    /// <param name="target">The number of each row's class.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="weight">The weight of each class; ones if empty.</param>
    /// <param name="ignored">The number in place of a class of a row that is ignored; NaN for none.</param>
    /// <exception cref="ArgumentException">A target is no class.</exception>
    internal static double SumOfWeights(ReadOnlySpan<float> target, int classes, ReadOnlySpan<float> weight, float ignored)
    {
        double sum = 0;
        foreach (float number in target)
        {
            if (number == ignored)
            {
                continue;
            }

            if (!(number >= 0 && number < classes && number == MathF.Floor(number)))
            {
                throw new ArgumentException($"CrossEntropy: the target has a class {number}; classes are whole numbers from 0 to {classes - 1}.");
            }

            sum += weight.IsEmpty ? 1 : weight[(int)number];
        }

        return sum;
    }

    private static double Total(ReadOnlySpan<float> numbers)
    {
        double sum = 0;
        foreach (float number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    /// <summary>What becomes of the target before it counts.</summary>
    private readonly struct Weighting(float* weight, double total, double smoothing, float ignored)
    {
        public bool IsSmooth => smoothing != 0;

        public bool Ignores(float target) => target == ignored;

        /// <summary>q of a class from t.</summary>
        public double Of(int j, float target, int classes) => (Own(j) * target) + Share(j, classes);

        /// <summary>What a class gets of t.</summary>
        public double Own(int j) => Weight(j) * (1 - smoothing);

        /// <summary>What a class gets in any case.</summary>
        public double Share(int j, int classes) => Weight(j) * smoothing / classes;

        /// <summary>The sum of <see cref="Share"/> over the classes.</summary>
        public double SumOfShares(int classes) => total * smoothing / classes;

        private double Weight(int j) => weight == null ? 1 : weight[j];
    }

    private readonly struct Job(
        float* output,
        float* target,
        int rows,
        int classes,
        int rowsPerPiece,
        bool targetIsClass,
        Weighting weighting,
        double scale,
        float* inputGradient,
        double* sums)
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
                float* gradient = inputGradient == null ? null : inputGradient + ((nint)row * classes);
                if (targetIsClass && weighting.Ignores(target[row]))
                {
                    if (gradient != null)
                    {
                        new Span<float>(gradient, classes).Clear();
                    }

                    continue;
                }

                float max = SoftmaxRow.Max<S, V>(x, classes);
                (double weight, double dot) = WithTarget(row, x, max);
                double sum = 0;
                if (gradient == null)
                {
                    for (int i = 0; i < classes; i += BlockLength)
                    {
                        sum += SoftmaxRow.Exp<S, V>(x + i, max, block, Math.Min(BlockLength, classes - i));
                    }
                }
                else
                {
                    sum = SoftmaxRow.Exp<S, V>(x, max, gradient, classes);
                    float factor = (float)(scale * weight / sum);
                    BinaryLoop.Row<MultiplyOperator, S, V>(gradient, 1, &factor, 0, gradient, classes);
                    SubtractTarget(row, gradient);
                }

                // -Σ q ln p = Σ q · ln Σ exp(x - max) - Σ q (x - max).
                total += (weight * Math.Log(sum)) - dot;
            }

            sums[piece] = total;
        }

        /// <summary>Σ q and Σ q (x - max).</summary>
        private (double Weight, double Dot) WithTarget(int row, float* x, double max)
        {
            double weight = 0, dot = 0;
            if (!targetIsClass)
            {
                float* t = target + ((nint)row * classes);
                for (int j = 0; j < classes; j++)
                {
                    double q = weighting.Of(j, t[j], classes);
                    weight += q;
                    dot += q * (x[j] - max);
                }

                return (weight, dot);
            }

            int wanted = (int)target[row];
            weight = weighting.Own(wanted);

            // Where a class gets nothing of its own, its logit may be minus infinity.
            dot = weight == 0 ? 0 : weight * (x[wanted] - max);
            if (weighting.IsSmooth)
            {
                weight += weighting.SumOfShares(classes);
                for (int j = 0; j < classes; j++)
                {
                    dot += weighting.Share(j, classes) * (x[j] - max);
                }
            }

            return (weight, dot);
        }

        private void SubtractTarget(int row, float* gradient)
        {
            if (targetIsClass && !weighting.IsSmooth)
            {
                int wanted = (int)target[row];
                gradient[wanted] -= (float)(scale * weighting.Own(wanted));
                return;
            }

            float* t = target + ((nint)row * classes);
            for (int j = 0; j < classes; j++)
            {
                float own = !targetIsClass ? t[j] : j == (int)target[row] ? 1 : 0;
                gradient[j] -= (float)(scale * weighting.Of(j, own, classes));
            }
        }
    }
}
