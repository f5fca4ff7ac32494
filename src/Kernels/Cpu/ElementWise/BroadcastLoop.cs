using Quern.Kernels.Cpu.Simd;
using Quern.Kernels.Operators;

namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>Runs a formula of two operands that are broadcast to the result's shape: the walk over up to 6 axes.</summary>
internal static unsafe class BroadcastLoop
{
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

    /// <summary>The axes, outermost first. Axes that both operands walk as one are merged, so that rows are as long as can be.</summary>
    private struct Job<TOperator>(float* left, float* right, float* result, int length) : ISimdJob
        where TOperator : struct, IBinaryOperator
    {
        private fixed int _sizes[BroadcastStrides.MaxAxes + 1];
        private fixed int _leftStrides[BroadcastStrides.MaxAxes + 1];
        private fixed int _rightStrides[BroadcastStrides.MaxAxes + 1];
        private int _axes;

        public void Append(int size, int leftStride, int rightStride)
        {
            if (size == 1)
            {
                return;
            }

            int outer = _axes - 1;
            if (outer >= 0 && _leftStrides[outer] == (long)leftStride * size && _rightStrides[outer] == (long)rightStride * size)
            {
                _sizes[outer] *= size;
                _leftStrides[outer] = leftStride;
                _rightStrides[outer] = rightStride;
                return;
            }

            _sizes[_axes] = size;
            _leftStrides[_axes] = leftStride;
            _rightStrides[_axes] = rightStride;
            _axes++;
        }

        /// <summary>Makes sure of an innermost axis whose strides are 0 or 1, as a row needs: at worst one of size 1.</summary>
        public void Seal()
        {
            if (_axes == 0 || _leftStrides[_axes - 1] > 1 || _rightStrides[_axes - 1] > 1)
            {
                _sizes[_axes] = 1;
                _leftStrides[_axes] = 0;
                _rightStrides[_axes] = 0;
                _axes++;
            }
        }

        public readonly void Run<S, V>(int piece)
            where S : struct, ISimd<V>
            where V : unmanaged
        {
            int inner = _axes - 1;
            int rowLength = _sizes[inner];
            int start = piece * Pieces.Length;
            int end = start + Pieces.LengthOf(piece, length);
            while (start < end)
            {
                int row = start / rowLength;
                int column = start % rowLength;
                int count = Math.Min(rowLength - column, end - start);
                long leftOffset = (long)column * _leftStrides[inner];
                long rightOffset = (long)column * _rightStrides[inner];
                for (int axis = inner - 1; axis >= 0; axis--)
                {
                    (row, int index) = Math.DivRem(row, _sizes[axis]);
                    leftOffset += (long)index * _leftStrides[axis];
                    rightOffset += (long)index * _rightStrides[axis];
                }

                BinaryLoop.Row<TOperator, S, V>(
                    left + leftOffset, _leftStrides[inner], right + rightOffset, _rightStrides[inner], result + start, count);
                start += count;
            }
        }
    }
}
