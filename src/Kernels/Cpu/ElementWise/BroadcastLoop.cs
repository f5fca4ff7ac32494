using System.Runtime.CompilerServices;
using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>Runs a formula of two operands that are broadcast to the result's shape: the walk over up to 6 axes.</summary>
internal static unsafe class BroadcastLoop
{
    // Elements of rows that are computed as one, and the longest row for which that is worth writing operands out.
    private const int Stretch = 1024;
    private const int LongestNarrowRow = 128;

    // A stretch may begin and end within a row, and a vector may be written behind it.
    private const int WrittenOut = Stretch + (2 * LongestNarrowRow) + 16;

    /// <summary>result = operator(left, right).</summary>
    /// <exception cref="ArgumentException">The shape, the strides and the lengths do not fit together.</exception>
    public static void Run<TOperator>(
        string operation, WorkerPool pool, ReadOnlySpan<float> left, BroadcastStrides leftStrides, ReadOnlySpan<float> right,
        BroadcastStrides rightStrides, Span<float> result, ReadOnlySpan<int> shape)
        where TOperator : struct, IBinaryOperator
    {
        long count = 1;
        foreach (int size in shape)
        {
            count = checked(count * size);
        }

        if (count != result.Length)
        {
            throw new ArgumentException(
                $"{operation}: the shape [{string.Join(", ", shape.ToArray())}] has {count} elements and the result {result.Length}; they must be equal.");
        }

        CheckOperand(operation, nameof(left), left, leftStrides, result, shape);
        CheckOperand(operation, nameof(right), right, rightStrides, result, shape);
        if (count == 0)
        {
            return;
        }

        fixed (float* leftPointer = left, rightPointer = right, resultPointer = result)
        {
            Job<TOperator> job = new(leftPointer, rightPointer, resultPointer, result.Length);
            for (int axis = 0; axis < shape.Length; axis++)
            {
                job.Append(shape[axis], leftStrides[axis], rightStrides[axis]);
            }

            job.Seal();
            SimdDispatch.Run(pool, Pieces.Count(result.Length), job);
        }
    }

    private static void CheckOperand(
        string operation, string operand, ReadOnlySpan<float> memory, BroadcastStrides strides, ReadOnlySpan<float> result, ReadOnlySpan<int> shape)
    {
        if (strides.AxisCount != shape.Length)
        {
            throw new ArgumentException(
                $"{operation}: {operand} has strides for {strides.AxisCount} axes and the shape has {shape.Length}; they must be equal.");
        }

        long last = 0;
        bool repeated = false;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0)
            {
                return;
            }

            last += (long)(shape[axis] - 1) * strides[axis];
            repeated |= shape[axis] > 1 && strides[axis] == 0;
        }

        if (last >= memory.Length)
        {
            throw new ArgumentException(
                $"{operation}: {operand} has {memory.Length} elements and its strides reach element {last}; pass the whole operand.");
        }

        if (repeated ? memory.Overlaps(result) : memory.Overlaps(result, out int offset) && offset != 0)
        {
            throw new ArgumentException(
                $"{operation}: the result overlaps {operand}, which is {(repeated ? "repeated" : "not at the same place")}. Pass another result.");
        }
    }

    /// <summary>Axes that both operands walk as one are merged, so that rows are as long as can be.</summary>
    private struct Job<TOperator>(float* left, float* right, float* result, int length) : ISimdJob
        where TOperator : struct, IBinaryOperator
    {
        private BroadcastAxes _axes;
        private BroadcastOperand _left = new(left);
        private BroadcastOperand _right = new(right);

        public void Append(int size, int leftStride, int rightStride)
        {
            if (size == 1)
            {
                return;
            }

            int outer = _axes.Count - 1;
            if (outer >= 0 && _left.Strides[outer] == (long)leftStride * size && _right.Strides[outer] == (long)rightStride * size)
            {
                _axes.Sizes[outer] *= size;
                _left.Strides[outer] = leftStride;
                _right.Strides[outer] = rightStride;
                return;
            }

            Add(size, leftStride, rightStride);
        }

        /// <summary>Makes sure of an innermost axis whose strides are 0 or 1, as a row needs: at worst one of size 1.</summary>
        public void Seal()
        {
            if (_axes.Count == 0 || _left.RowStride(_axes) > 1 || _right.RowStride(_axes) > 1)
            {
                Add(1, 0, 0);
            }
        }

        public readonly void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            bool streams = Streaming.Pays<TOperator>(length, result, left, right);
            if (_axes.Count > 1 && _axes.RowLength <= LongestNarrowRow)
            {
                RunNarrow<S, V>(start, end, streams);
            }
            else
            {
                RunRows<S, V>(start, end, streams);
            }

            if (streams)
            {
                Streaming.End();
            }
        }

        private void Add(int size, int leftStride, int rightStride)
        {
            _axes.Sizes[_axes.Count] = size;
            _left.Strides[_axes.Count] = leftStride;
            _right.Strides[_axes.Count] = rightStride;
            _axes.Count++;
        }

        private readonly void RunRows<S, V>(int start, int end, bool streams)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            while (start < end)
            {
                (int row, int column) = Math.DivRem(start, _axes.RowLength);
                int count = Math.Min(_axes.RowLength - column, end - start);
                nint leftStride = _left.RowStride(_axes), rightStride = _right.RowStride(_axes);
                BinaryLoop.Row<TOperator, S, V>(
                    _left.Row(_axes, row) + (column * leftStride), (int)leftStride,
                    _right.Row(_axes, row) + (column * rightStride), (int)rightStride, result + start, count, streams);
                start += count;
            }
        }

        // A row of a few elements costs more to begin than to compute: operands are written out, row by row side by side, and many rows
        // computed as one. What lies so already is read where it lies.
        [SkipLocalsInit]
        private readonly void RunNarrow<S, V>(int start, int end, bool streams)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            float* leftRows = stackalloc float[WrittenOut], rightRows = stackalloc float[WrittenOut];
            bool leftLies = _left.IsContiguous(_axes), leftRepeats = _left.RepeatsRow(_axes);
            bool rightLies = _right.IsContiguous(_axes), rightRepeats = _right.RepeatsRow(_axes);
            int column = start % _axes.RowLength;
            int stretch = Stretch / _axes.RowLength * _axes.RowLength;
            for (int at = start; at < end; at += stretch)
            {
                int count = Math.Min(stretch, end - at);
                int row = at / _axes.RowLength, rows = (column + count + _axes.RowLength - 1) / _axes.RowLength;
                if (!leftLies && (at == start || !leftRepeats))
                {
                    _left.WriteOut<S, V>(_axes, row, rows, leftRows);
                }

                if (!rightLies && (at == start || !rightRepeats))
                {
                    _right.WriteOut<S, V>(_axes, row, rows, rightRows);
                }

                float* leftAt = leftLies ? left + at : leftRows + column, rightAt = rightLies ? right + at : rightRows + column;
                BinaryLoop.Row<TOperator, S, V>(leftAt, 1, rightAt, 1, result + at, count, streams);
            }
        }
    }
}
