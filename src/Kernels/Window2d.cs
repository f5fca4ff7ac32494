namespace Quern.Kernels;

/// <summary>How a window moves over the rows and columns of a picture: the geometry of a convolution or of pooling.</summary>
/// <param name="Rows">How it moves from top to bottom: the lengths of this axis are rows, and the window's size is its height.</param>
/// <param name="Columns">How it moves from left to right.</param>
public readonly record struct Window2d(WindowAxis Rows, WindowAxis Columns)
{
    /// <summary>A square window, which moves in both directions alike.</summary>
    /// <param name="inputHeight">Rows of the input.</param>
    /// <param name="inputWidth">Columns of the input.</param>
    /// <param name="outputHeight">Rows of the output: positions of the window.</param>
    /// <param name="outputWidth">Columns of the output.</param>
    /// <param name="size">Rows and columns of the window: at least 1.</param>
    /// <param name="stride">How far the window moves: at least 1.</param>
    /// <param name="padding">Rows and columns of padding on each side: zero or more.</param>
    /// <param name="dilation">How far apart the window's elements are: at least 1.</param>
    public Window2d(int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation)
        : this(new WindowAxis(inputHeight, outputHeight, size, stride, padding, dilation), new WindowAxis(inputWidth, outputWidth, size, stride, padding, dilation))
    {
    }

    /// <summary>Rows of the input.</summary>
    public int InputHeight => Rows.Input;

    /// <summary>Columns of the input.</summary>
    public int InputWidth => Columns.Input;

    /// <summary>Rows of the output: positions of the window.</summary>
    public int OutputHeight => Rows.Output;

    /// <summary>Columns of the output.</summary>
    public int OutputWidth => Columns.Output;

    /// <summary>Positions of a picture of the input.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int InputArea => checked(InputHeight * InputWidth);

    /// <summary>Positions of a picture of the output.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int OutputArea => checked(OutputHeight * OutputWidth);

    /// <summary>Elements of the window.</summary>
    /// <exception cref="OverflowException">There are more than <see cref="int.MaxValue"/>.</exception>
    public int Area => checked(Rows.Size * Columns.Size);

    /// <summary>Elements of the window where they may be more than an int counts.</summary>
    internal long LongArea => (long)Rows.Size * Columns.Size;

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

    /// <summary>What is wrong with the window, or null.</summary>
    internal string? Fault()
    {
        if (InputHeight < 1 || InputWidth < 1 || OutputHeight < 1 || OutputWidth < 1)
        {
            return $"the input is {InputHeight} by {InputWidth} and the output {OutputHeight} by {OutputWidth}; both have at least one row and one column.";
        }

        if ((long)InputHeight * InputWidth > int.MaxValue || (long)OutputHeight * OutputWidth > int.MaxValue)
        {
            return $"the input is {InputHeight} by {InputWidth} and the output {OutputHeight} by {OutputWidth}; a picture has at most {int.MaxValue} positions. Use smaller pictures, less padding or a larger stride.";
        }

        return Rows.Fault() ?? Columns.Fault();
    }
}
