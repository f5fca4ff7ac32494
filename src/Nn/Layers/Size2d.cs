using System.Globalization;

namespace Quern.Nn;

/// <summary>
/// A number for the rows of an image and one for its columns: the size of a window, its stride, padding or dilation. One number converts to both,
/// and so does a pair: <c>new Conv2d(1, 8, kernelSize: 3, generator)</c>, <c>new Conv2d(1, 8, kernelSize: (3, 1), generator)</c>.
/// </summary>
/// <param name="Height">The number for the rows.</param>
/// <param name="Width">The number for the columns.</param>
public readonly record struct Size2d(int Height, int Width)
{
    /// <summary>The same number for rows and columns.</summary>
    /// <param name="size">The number.</param>
    public static implicit operator Size2d(int size) => new(size, size);

    /// <summary>A pair of numbers, that for the rows first.</summary>
    /// <param name="size">The numbers.</param>
    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>One number where both are the same, else both: <c>3</c>, <c>(3, 1)</c>.</summary>
    public override string ToString() =>
        Height == Width ? Height.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"({Height}, {Width})");

    /// <summary>This, if neither number is less than the least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is less.</exception>
    internal Size2d AtLeast(int least, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, least, name);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, least, name);
        return this;
    }
}
