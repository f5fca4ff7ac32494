namespace Quern.Kernels;

/// <summary>
/// How a square window moves over the rows and columns of a picture: the geometry of a convolution or of pooling. Position (i, j) of the output
/// sees the input's rows i · stride - padding + k · dilation, for k below the window's size, and its columns likewise; what lies outside
/// the input counts as padding.
/// </summary>
/// <param name="InputHeight">Rows of the input.</param>
/// <param name="InputWidth">Columns of the input.</param>
/// <param name="OutputHeight">Rows of the output: positions of the window.</param>
/// <param name="OutputWidth">Columns of the output.</param>
/// <param name="Size">Rows and columns of the window: at least 1.</param>
/// <param name="Stride">How far the window moves: at least 1.</param>
/// <param name="Padding">Rows and columns of padding on each side: zero or more.</param>
/// <param name="Dilation">How far apart the window's elements are: at least 1.</param>
public readonly record struct Window2d(
    int InputHeight, int InputWidth, int OutputHeight, int OutputWidth, int Size, int Stride, int Padding, int Dilation)
{
    /// <summary>Positions of a picture of the input.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int InputArea => checked(InputHeight * InputWidth);

    /// <summary>Positions of a picture of the output.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int OutputArea => checked(OutputHeight * OutputWidth);

    /// <summary>Elements of the window.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int Area => checked(Size * Size);

    /// <summary>Rows, and columns, from the window's first element to its last.</summary>
    internal long Reach => ReachOf(Size, Dilation);

    /// <summary>How many positions the window has along an axis: ⌊(length + 2 · padding - dilation · (size - 1) - 1) / stride⌋ + 1.</summary>
    /// <param name="length">Rows, or columns, of the input.</param>
    /// <param name="size">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Rows and columns of padding on each side: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    /// <returns>The positions; 0 where the window is larger than the input with its padding.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    /// <exception cref="ArgumentException">There are more than <see cref="int.MaxValue"/> positions.</exception>
    public static int Positions(int length, int size, int stride, int padding, int dilation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        long positions = LongPositions(length, size, stride, padding, dilation);
        return positions <= int.MaxValue
            ? (int)positions
            : throw new ArgumentException(
                $"Window2d.Positions: a window of size {size} with padding {padding} and stride {stride} has {positions} positions along {length}; there may be at most {int.MaxValue}. Use less padding or a larger stride.");
    }

    internal static long LongPositions(int length, int size, int stride, int padding, int dilation)
    {
        long room = length + (2L * padding) - ReachOf(size, dilation);
        return room < 0 ? 0 : (room / stride) + 1;
    }

    internal static long ReachOf(int size, int dilation) => ((long)dilation * (size - 1)) + 1;

    /// <summary>Refuses what kernels could not work with.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <exception cref="ArgumentException">The window has a <see cref="Fault"/>.</exception>
    internal void Check(string operation)
    {
        if (Fault() is string fault)
        {
            throw new ArgumentException($"{operation}: {fault}");
        }
    }

    /// <summary>
    /// What is wrong with the window, or null. Kernels count on this: no position reaches beyond the padding, and every place that one begins at,
    /// and the distance from there to any of its elements, fits an int.
    /// </summary>
    internal string? Fault()
    {
        if (Size < 1 || Stride < 1 || Padding < 0 || Dilation < 1)
        {
            return $"the window has size {Size}, stride {Stride}, dilation {Dilation} and padding {Padding}; the padding is at least 0, the others at least 1.";
        }

        if (InputHeight < 1 || InputWidth < 1 || OutputHeight < 1 || OutputWidth < 1)
        {
            return $"the input is {InputHeight} by {InputWidth} and the output {OutputHeight} by {OutputWidth}; both have at least one row and one column.";
        }

        if ((long)InputHeight * InputWidth > int.MaxValue || (long)OutputHeight * OutputWidth > int.MaxValue)
        {
            return $"the input is {InputHeight} by {InputWidth} and the output {OutputHeight} by {OutputWidth}; a picture has at most {int.MaxValue} positions. Use smaller pictures, less padding or a larger stride.";
        }

        return FaultAlong(InputHeight, OutputHeight) ?? FaultAlong(InputWidth, OutputWidth);
    }

    private string? FaultAlong(int input, int output)
    {
        long last = (output - 1L) * Stride;
        return last + Reach > input + (2L * Padding)
            ? $"{output} positions with stride {Stride} reach over {last + Reach} rows or columns; the input has {input + (2L * Padding)} with its padding. Work out the output's size with Window2d.Positions."
            : Math.Max(Math.Max(last, Reach), (long)input + Padding) > int.MaxValue
            ? $"with size {Size}, stride {Stride}, padding {Padding} and dilation {Dilation} the window reaches over {Math.Max(Math.Max(last, Reach), (long)input + Padding)} rows or columns; at most {int.MaxValue} can be counted. Use less padding."
            : null;
    }
}
