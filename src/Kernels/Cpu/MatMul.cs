using System.Runtime.Intrinsics;
using Quern.Kernels.Cpu.MatMulKernels;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu;

/// <summary>The product of two matrices.</summary>
public static unsafe class MatMul
{
    /// <summary>
    /// result[m, n] = left[m, k] · right[k, n], plus what result held if <paramref name="accumulate"/>, then the epilogue.
    /// All matrices are row-major and contiguous.
    /// </summary>
    /// <param name="pool">The threads to use. The result does not depend on their number.</param>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Columns of the left operand. With 0 the product is zero.</param>
    /// <param name="left">m·k values.</param>
    /// <param name="transposeLeft">Whether the left operand is stored transposed: [k, m].</param>
    /// <param name="right">k·n values.</param>
    /// <param name="transposeRight">Whether the right operand is stored transposed: [n, k].</param>
    /// <param name="result">m·n values. Must not overlap an operand.</param>
    /// <param name="accumulate">Whether the product is added to what the result holds.</param>
    /// <param name="epilogue">What is done to each value before it is stored.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    public static void Run(
        WorkerPool pool,
        int m,
        int n,
        int k,
        ReadOnlySpan<float> left,
        bool transposeLeft,
        ReadOnlySpan<float> right,
        bool transposeRight,
        Span<float> result,
        bool accumulate = false,
        Epilogue<ReadOnlySpan<float>> epilogue = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        CheckLength(left.Length, m, k, "left operand");
        CheckLength(right.Length, k, n, "right operand");
        CheckLength(result.Length, m, n, "result");
        if (!epilogue.Bias.IsEmpty)
        {
            CheckLength(epilogue.Bias.Length, 1, n, "bias");
        }

        if (!epilogue.GradientOutput.IsEmpty)
        {
            CheckLength(epilogue.GradientOutput.Length, m, n, "gradient output");
        }

        if (m == 0 || n == 0)
        {
            return;
        }

        fixed (float* leftPointer = left, rightPointer = right, resultPointer = result)
        fixed (float* biasPointer = epilogue.Bias, gradientOutputPointer = epilogue.GradientOutput)
        {
            Start(pool, new Product
            {
                M = m,
                N = n,
                K = k,
                Left = leftPointer,
                TransposeLeft = transposeLeft,
                Right = rightPointer,
                TransposeRight = transposeRight,
                Result = resultPointer,
                Accumulate = accumulate,
                Bias = biasPointer,
                Activation = epilogue.Activation,
                GradientOutput = gradientOutputPointer,
                GradientActivation = epilogue.GradientActivation,
            });
        }
    }

    private static void Start(WorkerPool pool, Product product)
    {
        switch (SimdDispatch.Tier)
        {
            // Half as many columns waste nothing where the result has no more: the processor computes two vectors of 256 bits in the time of one of 512.
            case SimdTier.Vector512 when product.N <= Vector512<float>.Count:
                Run<Simd256, Vector256<float>>(pool, product, has32Registers: true);
                break;
            case SimdTier.Vector512:
                Run<Simd512, Vector512<float>>(pool, product, has32Registers: true);
                break;
            case SimdTier.Vector256:
                Run<Simd256, Vector256<float>>(pool, product, has32Registers: false);
                break;
            case SimdTier.Vector128:
                Run<Simd128, Vector128<float>>(pool, product, has32Registers: false);
                break;
            default:
                Run<SimdScalar, float>(pool, product, has32Registers: false);
                break;
        }
    }

    private static void Run<S, V>(WorkerPool pool, Product product, bool has32Registers)
        where S : struct, ISimd<V>
        where V : unmanaged
    {
        if (VectorProduct<S, V>.TryRun(pool, product))
        {
            return;
        }

        if (has32Registers)
        {
            Tiles<S, V>.RunHigh(pool, product);
        }
        else
        {
            Tiles<S, V>.RunLow(pool, product);
        }
    }

    private static void CheckLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
        {
            throw new ArgumentException(
                $"MatMul: the {name} has {length} values, but its shape [{rows}, {columns}] needs {(long)rows * columns}. "
                + "Check the order of m, n and k.");
        }
    }
}
