using System.Runtime.CompilerServices;

namespace Quern.Kernels;

/// <summary>
/// How a window moves along one axis of a picture. Position i of the output sees the input's places i · stride - padding + k · dilation, for k below
/// the window's size; what lies outside the input counts as padding.
/// </summary>
/// <param name="Input">Length of the input: at least 1.</param>
/// <param name="Output">Length of the output, which is how many positions the window has: at least 1.</param>
/// <param name="Size">Elements of the window: at least 1.</param>
/// <param name="Stride">How far the window moves: at least 1.</param>
/// <param name="Padding">Padding at each end: zero or more.</param>
/// <param name="Dilation">How far apart the window's elements are: at least 1.</param>
public readonly record struct WindowAxis(int Input, int Output, int Size, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>From the window's first element to its last.</summary>
    internal long Reach => ReachOf(Size, Dilation);

    /// <summary>How many positions a window has along an axis: ⌊(length + 2 · padding - dilation · (size - 1) - 1) / stride⌋ + 1.</summary>
    /// <param name="length">Length of the input.</param>
    /// <param name="size">Elements of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Padding at each end: zero or more.</param>
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
                $"WindowAxis.Positions: a window of size {size} with padding {padding} and stride {stride} has {positions} positions along {length}; there may be at most {int.MaxValue}. Use less padding or a larger stride.");
    }

    internal static long LongPositions(int length, int size, int stride, int padding, int dilation)
    {
        long room = length + (2L * padding) - ReachOf(size, dilation);
        return room < 0 ? 0 : (room / stride) + 1;
    }

    internal static long ReachOf(int size, int dilation) => ((long)dilation * (size - 1)) + 1;

    /// <summary>The window's elements that lie in the picture where the window begins at a place of it: the first, and the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal (int First, int End) Inside(int start)
    {
        int room = Input - 1 - start;
        return (
            start >= 0 ? 0 : Division.RoundUp(-start, Dilation),
            room >= Reach - 1 ? Size : room < 0 ? 0 : (room / Dilation) + 1);
    }

    /// <summary>
    /// What is wrong with the window along this axis, or null. Kernels count on this: no position reaches beyond the padding, and every place that
    /// one begins at, and the distance from there to any of its elements, fits an int.
    /// </summary>
    internal string? Fault()
    {
        if (Size < 1 || Stride < 1 || Padding < 0 || Dilation < 1)
        {
            return $"the window has size {Size}, stride {Stride}, dilation {Dilation} and padding {Padding}; the padding is at least 0, the others at least 1.";
        }

        long last = (Output - 1L) * Stride;
        long farthest = Math.Max(Math.Max(last, Reach), (long)Input + Padding);
        return last + Reach > Input + (2L * Padding)
            ? $"{Output} positions with stride {Stride} reach over {last + Reach} rows or columns; the input has {Input + (2L * Padding)} with its padding. Work out the output's size with WindowAxis.Positions."
            : farthest > int.MaxValue
            ? $"with size {Size}, stride {Stride}, padding {Padding} and dilation {Dilation} the window reaches over {farthest} rows or columns; at most {int.MaxValue} can be counted. Use less padding."
            : null;
    }
}
