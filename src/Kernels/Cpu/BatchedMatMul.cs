namespace Quern.Kernels.Cpu;

/// <summary>Many products of matrices.</summary>
internal static unsafe class BatchedMatMul
{
    // From so many multiplications on, a product pays for all threads.
    private const long SharedWork = 1 << 22;

    private static readonly WorkerPool OneThread = new(1);

    /// <summary>result[i] = left[first place i] · right[second place i], plus what it held if asked.</summary>
    /// <param name="pool">The threads that share the work; the result does not depend on their number.</param>
    /// <param name="matrices">Which matrices meet: places are numbers of matrices, not of elements.</param>
    /// <param name="m">Rows of a result.</param>
    /// <param name="n">Columns of a result.</param>
    /// <param name="k">Columns of a left operand. With 0 the products are zero.</param>
    /// <param name="left">The left operands, m·k values each.</param>
    /// <param name="transposeLeft">Whether they are stored transposed: [k, m].</param>
    /// <param name="right">The right operands, k·n values each.</param>
    /// <param name="transposeRight">Whether they are stored transposed: [n, k].</param>
    /// <param name="result">The results, one after the other; they must not overlap an operand.</param>
    /// <param name="accumulate">Whether the products are added to what the result holds.</param>
    public static void Run(
        WorkerPool pool,
        in PairWalk matrices,
        int m,
        int n,
        int k,
        ReadOnlySpan<float> left,
        bool transposeLeft,
        ReadOnlySpan<float> right,
        bool transposeRight,
        Span<float> result,
        bool accumulate)
    {
        if (result.Length == 0)
        {
            return;
        }

        fixed (float* leftPointer = left, rightPointer = right, resultPointer = result)
        {
            Job job = new(matrices, m, n, k, leftPointer, transposeLeft, rightPointer, transposeRight, resultPointer, accumulate);

            // Few large products one after the other, each on all threads; many at once, each on one.
            if (matrices.Count < pool.ThreadCount || ((long)m * n * k >= SharedWork && matrices.Count < 4 * pool.ThreadCount))
            {
                for (int i = 0; i < matrices.Count; i++)
                {
                    job.Run(pool, i);
                }
            }
            else
            {
                pool.Run(matrices.Count, job);
            }
        }
    }

    private readonly struct Job(
        PairWalk matrices, int m, int n, int k, float* left, bool transposeLeft, float* right, bool transposeRight, float* result, bool accumulate) : IParallelJob
    {
        public void Run(int piece) => Run(OneThread, piece);

        public void Run(WorkerPool pool, int i)
        {
            matrices.Offsets(i, out int leftMatrix, out int rightMatrix);
            MatMul.Run(
                pool,
                m,
                n,
                k,
                new ReadOnlySpan<float>(left + ((nint)leftMatrix * m * k), m * k),
                transposeLeft,
                new ReadOnlySpan<float>(right + ((nint)rightMatrix * k * n), k * n),
                transposeRight,
                new Span<float>(result + ((nint)i * m * n), m * n),
                accumulate);
        }
    }
}
