using System.Runtime.CompilerServices;

namespace Quern.Kernels;

/// <summary>
/// How an operand is walked while the axes of a result are: for each axis of the result, how many elements apart the operand's
/// neighbours are. 0 repeats the operand along the axis.
/// </summary>
public readonly struct BroadcastStrides
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxAxes = 6;

    private readonly Strides _strides;

    /// <summary>Takes strides as they are.</summary>
    /// <param name="strides">A stride for each axis of the result, in elements: at most 6, none negative.</param>
    /// <exception cref="ArgumentException">There are more than 6, or one is negative.</exception>
    public BroadcastStrides(ReadOnlySpan<int> strides)
    {
        ThrowIfTooMany(strides.Length);
        AxisCount = strides.Length;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            if (strides[axis] < 0)
            {
                throw new ArgumentException($"BroadcastStrides: the stride of axis {axis} is {strides[axis]}; it must be at least 0.");
            }

            _strides[axis] = strides[axis];
        }
    }

    /// <summary>How many axes the result has.</summary>
    public int AxisCount { get; }

    /// <summary>The stride along an axis of the result, in elements.</summary>
    /// <param name="axis">The axis, from 0.</param>
    public int this[int axis] => _strides[axis];

    /// <summary>The strides of a row-major operand that is broadcast to a result, by the rule that NumPy and PyTorch share.</summary>
    /// <param name="operandShape">The operand's shape; it is aligned with the last axes of the result.</param>
    /// <param name="resultShape">The result's shape: at most 6 axes.</param>
    /// <exception cref="ArgumentException">The operand cannot be broadcast to the result.</exception>
    public static BroadcastStrides For(ReadOnlySpan<int> operandShape, ReadOnlySpan<int> resultShape)
    {
        ThrowIfTooMany(resultShape.Length);
        int missing = resultShape.Length - operandShape.Length;
        if (missing < 0)
        {
            throw Mismatch(operandShape, resultShape);
        }

        Span<int> strides = stackalloc int[resultShape.Length];
        int stride = 1;
        for (int axis = resultShape.Length - 1; axis >= 0; axis--)
        {
            int size = axis < missing ? 1 : operandShape[axis - missing];
            if (size != 1 && size != resultShape[axis])
            {
                throw Mismatch(operandShape, resultShape);
            }

            strides[axis] = size == 1 ? 0 : stride;
            stride *= size;
        }

        return new BroadcastStrides(strides);
    }

    private static void ThrowIfTooMany(int axes)
    {
        if (axes > MaxAxes)
        {
            throw new ArgumentException($"BroadcastStrides: the result has {axes} axes; at most {MaxAxes} are supported.");
        }
    }

    private static ArgumentException Mismatch(ReadOnlySpan<int> operandShape, ReadOnlySpan<int> resultShape) => new(
        $"BroadcastStrides: the shape [{string.Join(", ", operandShape.ToArray())}] cannot be broadcast to "
        + $"[{string.Join(", ", resultShape.ToArray())}]; counted from the last, each axis must be equal or 1.");

    [InlineArray(MaxAxes)]
    private struct Strides
    {
        private int _first;
    }
}
