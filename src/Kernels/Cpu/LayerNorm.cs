using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.ElementWise;
using Quern.Kernels.Cpu.Reductions;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>Gives each row a mean of 0 and a variance of 1, then a scale and an offset. Source: Ba, Kiros and Hinton, 2016.</summary>
public static unsafe class LayerNorm
{
    private const double WideVariance = 1e74;

    /// <summary>
    /// y[i, j] = x̂[i, j] · weight[j] + bias[j], where x̂ = (x - mean[i]) · inverseDeviation[i], inverseDeviation = 1 / √(variance + ε) and
    /// the variance divides by the number of columns.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="x">The operand, [rows, columns].</param>
    /// <param name="weight">A factor for each column, or empty for 1.</param>
    /// <param name="bias">An offset for each column, or empty for 0.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <param name="mean">Receives the mean of each row.</param>
    /// <param name="inverseDeviation">Receives 1 / √(variance + ε) of each row.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the result overlaps x without being the same.</exception>
    public static void Forward(
        WorkerPool pool,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        int columns,
        float epsilon,
        Span<float> y,
        Span<float> mean,
        Span<float> inverseDeviation)
    {
        const string Operation = "LayerNorm.Forward";
        Check.Operand(Operation, nameof(x), x, y);
        Check.WholeRows(Operation, y.Length, columns);
        int rows = y.Length / columns;
        Check.Length(Operation, nameof(weight), weight.Length, columns, mayBeEmpty: true);
        Check.Length(Operation, nameof(bias), bias.Length, columns, mayBeEmpty: true);
        Check.Length(Operation, nameof(mean), mean.Length, rows);
        Check.Length(Operation, nameof(inverseDeviation), inverseDeviation.Length, rows);
        fixed (float* from = x, factors = weight, offsets = bias, to = y, means = mean, inverses = inverseDeviation)
        {
            SimdDispatch.Run(
                pool, RowPieces.Count(rows, columns), new ForwardJob(from, factors, offsets, rows, columns, epsilon, to, means, inverses));
        }
    }

    /// <summary>
    /// inputGradient = inverseDeviation · (h - the row's mean of h - x̂ · the row's mean of h x̂), where h = outputGradient · weight; and
    /// weightProduct = outputGradient · x̂, whose column sums are the weight's gradient.
    /// </summary>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [rows, columns].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="weight">The factors, or empty for 1.</param>
    /// <param name="mean">The mean of each row.</param>
    /// <param name="inverseDeviation">1 / √(variance + ε) of each row.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="inputGradient">The result, as long as the operands.</param>
    /// <param name="weightProduct">The other result, as long as the operands, or empty if not wanted.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a result overlaps an operand without being the same.</exception>
    public static void Backward(
        WorkerPool pool,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> inverseDeviation,
        int columns,
        Span<float> inputGradient,
        Span<float> weightProduct)
    {
        const string Operation = "LayerNorm.Backward";
        Check.Operand(Operation, nameof(outputGradient), outputGradient, inputGradient);
        Check.Operand(Operation, nameof(x), x, inputGradient);
        Check.WholeRows(Operation, x.Length, columns);
        int rows = x.Length / columns;
        Check.Length(Operation, nameof(weight), weight.Length, columns, mayBeEmpty: true);
        Check.Length(Operation, nameof(mean), mean.Length, rows);
        Check.Length(Operation, nameof(inverseDeviation), inverseDeviation.Length, rows);
        Check.Length(Operation, nameof(weightProduct), weightProduct.Length, x.Length, mayBeEmpty: true);
        fixed (float* gradient = outputGradient, from = x, factors = weight, means = mean, inverses = inverseDeviation)
        fixed (float* to = inputGradient, product = weightProduct)
        {
            SimdDispatch.Run(
                pool,
                RowPieces.Count(rows, columns),
                new BackwardJob(gradient, from, factors, means, inverses, rows, columns, to, product));
        }
    }

    private readonly struct ForwardJob(
        float* x, float* weight, float* bias, int rows, int columns, float epsilon, float* y, float* mean, float* inverseDeviation) : ISimdJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = RowPieces.End(piece, rows, columns);
            for (int row = RowPieces.Start(piece, columns); row < end; row++)
            {
                float* from = x + ((nint)row * columns);
                float* to = y + ((nint)row * columns);
                (float center, double variance) = Moments.OfRow<S, V>(from, columns);
                float inverse = (float)(1 / Math.Sqrt(variance + epsilon));
                mean[row] = center;
                inverseDeviation[row] = inverse;
                int i = 0;

                // The distances in a row that is so wide may be more than a float can hold.
                for (; i < columns && variance > WideVariance; i++)
                {
                    double value = ((double)from[i] - center) / Math.Sqrt(variance) * (weight == null ? 1 : weight[i]);
                    to[i] = (float)(value + (bias == null ? 0 : bias[i]));
                }

                for (; i <= columns - S.Count; i += S.Count)
                {
                    Element<S, V>(from + i, center, inverse, i, to + i);
                }

                for (; i < columns; i++)
                {
                    Element<SimdScalar, float>(from + i, center, inverse, i, to + i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Element<S, V>(float* from, float center, float inverse, int column, float* to)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V value = S.Multiply(S.Subtract(S.Load(from), S.Broadcast(center)), S.Broadcast(inverse));
            if (weight != null)
            {
                value = S.Multiply(value, S.Load(weight + column));
            }

            if (bias != null)
            {
                value = S.Add(value, S.Load(bias + column));
            }

            S.Store(value, to);
        }
    }

    private readonly struct BackwardJob(
        float* outputGradient,
        float* x,
        float* weight,
        float* mean,
        float* inverseDeviation,
        int rows,
        int columns,
        float* inputGradient,
        float* weightProduct) : ISimdJob
    {
        [MethodImpl(Jit.Loop)]
        public void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int end = RowPieces.End(piece, rows, columns);
            for (int row = RowPieces.Start(piece, columns); row < end; row++)
            {
                nint start = (nint)row * columns;
                double sum = 0;
                double product = 0;
                int i = 0;
                while (i <= columns - S.Count)
                {
                    int blockEnd = Moments.BlockEnd<S, V>(i, columns);
                    V sums = S.Broadcast(0);
                    V products = sums;
                    for (; i < blockEnd; i += S.Count)
                    {
                        Sums<S, V>(start, row, i, ref sums, ref products);
                    }

                    sum += S.Sum(sums);
                    product += S.Sum(products);
                }

                for (; i < columns; i++)
                {
                    float oneSum = 0, oneProduct = 0;
                    Sums<SimdScalar, float>(start, row, i, ref oneSum, ref oneProduct);
                    sum += oneSum;
                    product += oneProduct;
                }

                float meanGradient = (float)(sum / columns);
                float meanProduct = (float)(product / columns);
                for (i = 0; i <= columns - S.Count; i += S.Count)
                {
                    Element<S, V>(start, row, i, meanGradient, meanProduct);
                }

                for (; i < columns; i++)
                {
                    Element<SimdScalar, float>(start, row, i, meanGradient, meanProduct);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Sums<S, V>(nint start, int row, int column, ref V sum, ref V product)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V h = Scaled<S, V>(S.Load(outputGradient + start + column), column);
            sum = S.Add(sum, h);
            product = S.MultiplyAdd(h, Normalized<S, V>(start, row, column), product);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Element<S, V>(nint start, int row, int column, float meanGradient, float meanProduct)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            V gradient = S.Load(outputGradient + start + column);
            V normalized = Normalized<S, V>(start, row, column);
            V h = Scaled<S, V>(gradient, column);
            V change = S.Subtract(S.Subtract(h, S.Broadcast(meanGradient)), S.Multiply(normalized, S.Broadcast(meanProduct)));
            if (weightProduct != null)
            {
                S.Store(S.Multiply(gradient, normalized), weightProduct + start + column);
            }

            S.Store(S.Multiply(change, S.Broadcast(inverseDeviation[row])), inputGradient + start + column);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Normalized<S, V>(nint start, int row, int column)
            where S : struct, ISimd<V>
            where V : unmanaged =>
            S.Multiply(S.Subtract(S.Load(x + start + column), S.Broadcast(mean[row])), S.Broadcast(inverseDeviation[row]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Scaled<S, V>(V gradient, int column)
            where S : struct, ISimd<V>
            where V : unmanaged => weight == null ? gradient : S.Multiply(gradient, S.Load(weight + column));
    }
}
