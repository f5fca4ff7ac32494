using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;

namespace Quern.Kernels.Cpu.MatMulKernels;

/// <summary>
/// The product of a matrix and a vector, on either side. Each element of the matrix is read once, in the order in which it lies, so that
/// memory is all that there is to wait for; nothing is packed.
/// </summary>
/// <remarks>A sum's order depends on the sizes alone. The cut into pieces, which depends on the number of threads, cuts the result.</remarks>
/// <typeparam name="S">The arithmetic.</typeparam>
/// <typeparam name="V">Its vector.</typeparam>
internal readonly unsafe struct VectorProduct<S, V> : IParallelJob
    where S : struct, ISimd<V>
    where V : unmanaged
{
    // Steps of one chunk of a sum, as in other products.
    private const int MaxSteps = 400;

    // Steps of a matrix that lies step by step which are added at once, so that a sum is loaded and stored once for all of them.
    private const int StepsAtOnce = 8;

    // Sums of a piece that lie in the first-level cache meanwhile.
    private const int MaxSums = 4096;

    // Elements of the matrix below which a second thread costs more than it gives.
    private const int MinWork = 1 << 15;

    private readonly Product _product;
    private readonly float* _matrix;
    private readonly float* _vector;
    private readonly bool _isStepMajor;
    private readonly int _length;
    private readonly int _pieces;

    private VectorProduct(Product product, int threads)
    {
        _product = product;
        bool isRow = product.M == 1;
        _matrix = isRow ? product.Right : product.Left;
        _vector = isRow ? product.Left : product.Right;
        _isStepMajor = isRow ? !product.TransposeRight : product.TransposeLeft;
        _length = isRow ? product.N : product.M;
        long most = threads == 1 ? 1 : Math.Min(4 * threads, (long)_length * product.K / MinWork);
        long least = _isStepMajor ? Division.RoundUp(_length, MaxSums) : 1;
        _pieces = (int)Math.Max(least, Math.Min(most, _length / S.Count));
    }

    /// <summary>Computes the product, if it is one of a matrix and a vector and fills vectors; false if not.</summary>
    public static bool TryRun(WorkerPool pool, Product product)
    {
        if (product.M != 1 && product.N != 1)
        {
            return false;
        }

        VectorProduct<S, V> job = new(product, pool.ThreadCount);
        int along = job._isStepMajor ? job._length : product.K;
        if (along < 2 * S.Count || product.K == 0)
        {
            return false;
        }

        pool.Run(job._pieces, job);
        return true;
    }

    /// <inheritdoc/>
    public void Run(int piece)
    {
        int start = Boundary(piece), end = Boundary(piece + 1);
        if (_isStepMajor)
        {
            AddSteps(start, end - start);
        }
        else
        {
            MultiplyRows(start, end);
        }

        if (_product.HasEpilogue)
        {
            bool isRow = _product.M == 1;
            TileEpilogue.Apply<S, V>(
                _product, isRow ? 0 : start, isRow ? start : 0, isRow ? 1 : end - start, isRow ? end - start : 1);
        }
    }

    // Whole vectors, but for the last piece.
    private int Boundary(int piece) =>
        piece == _pieces ? _length : (int)((long)_length * piece / _pieces / S.Count * S.Count);

    private void Write(int at, float sum) => _product.Result[at] = _product.Accumulate ? _product.Result[at] + sum : sum;

    /// <summary>The matrix lies row by row: each number of the result is the product of a row and the vector, four rows at a time.</summary>
    [MethodImpl(Jit.Loop)]
    private void MultiplyRows(int start, int end)
    {
        float* sums = stackalloc float[4];
        int k = _product.K;
        nint stride = k;
        for (int row = start; row < end; row += 4)
        {
            // Fewer rows than four repeat the last.
            float* row0 = _matrix + (row * stride);
            float* row1 = row0 + (row + 1 < end ? stride : 0);
            float* row2 = row1 + (row + 2 < end ? stride : 0);
            float* row3 = row2 + (row + 3 < end ? stride : 0);
            V zero = S.Broadcast(0);
            V a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
            int step = 0;
            for (; step <= k - (2 * S.Count); step += 2 * S.Count)
            {
                V first = S.Load(_vector + step), second = S.Load(_vector + step + S.Count);
                a0 = S.MultiplyAdd(first, S.Load(row0 + step), a0);
                a1 = S.MultiplyAdd(first, S.Load(row1 + step), a1);
                a2 = S.MultiplyAdd(first, S.Load(row2 + step), a2);
                a3 = S.MultiplyAdd(first, S.Load(row3 + step), a3);
                b0 = S.MultiplyAdd(second, S.Load(row0 + step + S.Count), b0);
                b1 = S.MultiplyAdd(second, S.Load(row1 + step + S.Count), b1);
                b2 = S.MultiplyAdd(second, S.Load(row2 + step + S.Count), b2);
                b3 = S.MultiplyAdd(second, S.Load(row3 + step + S.Count), b3);
            }

            if (step <= k - S.Count)
            {
                V last = S.Load(_vector + step);
                a0 = S.MultiplyAdd(last, S.Load(row0 + step), a0);
                a1 = S.MultiplyAdd(last, S.Load(row1 + step), a1);
                a2 = S.MultiplyAdd(last, S.Load(row2 + step), a2);
                a3 = S.MultiplyAdd(last, S.Load(row3 + step), a3);
                step += S.Count;
            }

            // Beside the others, since additions to memory wait for each other.
            float rest0 = 0, rest1 = 0, rest2 = 0, rest3 = 0;
            for (; step < k; step++)
            {
                float factor = _vector[step];
                rest0 += factor * row0[step];
                rest1 += factor * row1[step];
                rest2 += factor * row2[step];
                rest3 += factor * row3[step];
            }

            Lanes.Sum<S, V>(S.Add(a0, b0), S.Add(a1, b1), S.Add(a2, b2), S.Add(a3, b3), sums);
            sums[0] += rest0;
            sums[1] += rest1;
            sums[2] += rest2;
            sums[3] += rest3;
            for (int i = 0; i < Math.Min(4, end - row); i++)
            {
                Write(row + i, sums[i]);
            }
        }
    }

    /// <summary>The matrix lies step by step: each step is multiplied by its number of the vector and added to the sums.</summary>
    [SkipLocalsInit]
    private void AddSteps(int start, int count)
    {
        float* sums = stackalloc float[MaxSums + S.Count];
        int chunks = Division.RoundUp(_product.K, MaxSteps);
        int chunk = (Division.RoundUp(_product.K, chunks) + 7) & ~7;
        for (int first = 0; first < _product.K; first += chunk)
        {
            int end = Math.Min(_product.K, first + chunk), step = first;
            new Span<float>(sums, count).Clear();
            for (; step <= end - StepsAtOnce; step += StepsAtOnce)
            {
                AddEight(_matrix + ((nint)step * _length) + start, _vector + step, count, sums);
            }

            for (; step < end; step++)
            {
                AddOne(_matrix + ((nint)step * _length) + start, _vector[step], count, sums);
            }

            bool accumulate = _product.Accumulate || first > 0;
            float* result = _product.Result + start;
            for (int i = 0; i < count; i++)
            {
                result[i] = accumulate ? result[i] + sums[i] : sums[i];
            }
        }
    }

    [MethodImpl(Jit.Loop)]
    private void AddEight(float* row0, float* factors, int count, float* sums)
    {
        nint stride = _length;
        float* row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        float* row4 = row3 + stride, row5 = row4 + stride, row6 = row5 + stride, row7 = row6 + stride;
        V factor0 = S.Broadcast(factors[0]), factor1 = S.Broadcast(factors[1]), factor2 = S.Broadcast(factors[2]), factor3 = S.Broadcast(factors[3]);
        V factor4 = S.Broadcast(factors[4]), factor5 = S.Broadcast(factors[5]), factor6 = S.Broadcast(factors[6]), factor7 = S.Broadcast(factors[7]);
        nint i = 0;
        for (; i <= count - S.Count; i += S.Count)
        {
            V sum = S.MultiplyAdd(factor0, S.Load(row0 + i), S.Load(sums + i));
            sum = S.MultiplyAdd(factor1, S.Load(row1 + i), sum);
            sum = S.MultiplyAdd(factor2, S.Load(row2 + i), sum);
            sum = S.MultiplyAdd(factor3, S.Load(row3 + i), sum);
            sum = S.MultiplyAdd(factor4, S.Load(row4 + i), sum);
            sum = S.MultiplyAdd(factor5, S.Load(row5 + i), sum);
            sum = S.MultiplyAdd(factor6, S.Load(row6 + i), sum);
            sum = S.MultiplyAdd(factor7, S.Load(row7 + i), sum);
            S.Store(sum, sums + i);
        }

        for (; i < count; i++)
        {
            float* at = row0 + i;
            for (int step = 0; step < StepsAtOnce; step++, at += stride)
            {
                sums[i] = SimdScalar.MultiplyAdd(factors[step], *at, sums[i]);
            }
        }
    }

    [MethodImpl(Jit.Loop)]
    private static void AddOne(float* row, float factor, int count, float* sums)
    {
        V factors = S.Broadcast(factor);
        int i = 0;
        for (; i <= count - S.Count; i += S.Count)
        {
            S.Store(S.MultiplyAdd(factors, S.Load(row + i), S.Load(sums + i)), sums + i);
        }

        for (; i < count; i++)
        {
            sums[i] = SimdScalar.MultiplyAdd(factor, row[i], sums[i]);
        }
    }
}
