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
    public int InputArea => checked(InputHeight * InputWidth);

    /// <summary>Positions of a picture of the output.</summary>
    public int OutputArea => checked(OutputHeight * OutputWidth);

    /// <summary>Elements of the window.</summary>
    public int Area => Size * Size;

    /// <summary>How many positions the window has along an axis: ⌊(length + 2 · padding - dilation · (size - 1) - 1) / stride⌋ + 1.</summary>
    public static int Positions(int length, int size, int stride, int padding, int dilation)
    {
        int room = length + (2 * padding) - (dilation * (size - 1)) - 1;
        return room < 0 ? 0 : (room / stride) + 1;
    }
}
