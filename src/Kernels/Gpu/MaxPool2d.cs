namespace Quern.Kernels.Gpu;

/// <summary>The maximum over a moving window, for each plane of pictures [planes, height, width].</summary>
internal static partial class MaxPool2d
{
    /// <summary>y[p, i, j] = the greatest of what the window sees, or -∞ where it sees padding alone. NaN wins. One work-item for each element.</summary>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="inputHeight">Rows of a picture.</param>
    /// <param name="inputWidth">Columns of a picture.</param>
    /// <param name="outputHeight">Positions of the window from top to bottom.</param>
    /// <param name="outputWidth">Positions of the window from left to right.</param>
    /// <param name="windowHeight">Rows of the window.</param>
    /// <param name="windowWidth">Columns of the window.</param>
    /// <param name="strideY">How far the window moves from row to row of the output.</param>
    /// <param name="strideX">How far it moves from column to column.</param>
    /// <param name="paddingY">Rows of padding above and below.</param>
    /// <param name="paddingX">Columns of padding before and after.</param>
    /// <param name="dilationY">How far apart the rows of the window are.</param>
    /// <param name="dilationX">How far apart its columns are.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    [Kernel]
    public static void Forward(
        ArrayView<float> x,
        int inputHeight,
        int inputWidth,
        int outputHeight,
        int outputWidth,
        int windowHeight,
        int windowWidth,
        int strideY,
        int strideX,
        int paddingY,
        int paddingX,
        int dilationY,
        int dilationX,
        ArrayView<float> y)
    {
        int at = Grid.GlobalIndex.X;
        if (at < y.IntLength)
        {
            long place = GreatestOf(
                x, at, inputHeight, inputWidth, outputHeight, outputWidth, windowHeight, windowWidth, strideY, strideX, paddingY, paddingX, dilationY, dilationX);
            float greatest = float.NegativeInfinity;
            if (place >= 0)
            {
                greatest = x[place];
            }

            y[at] = greatest;
        }
    }

    /// <summary>
    /// Each output gradient goes to the number that was the greatest: to the first of several. One work-item for each element of the input: it asks
    /// the windows that see it, in their order.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="inputHeight">Rows of a picture.</param>
    /// <param name="inputWidth">Columns of a picture.</param>
    /// <param name="outputHeight">Positions of the window from top to bottom.</param>
    /// <param name="outputWidth">Positions of the window from left to right.</param>
    /// <param name="windowHeight">Rows of the window.</param>
    /// <param name="windowWidth">Columns of the window.</param>
    /// <param name="strideY">How far the window moves from row to row of the output.</param>
    /// <param name="strideX">How far it moves from column to column.</param>
    /// <param name="paddingY">Rows of padding above and below.</param>
    /// <param name="paddingX">Columns of padding before and after.</param>
    /// <param name="dilationY">How far apart the rows of the window are.</param>
    /// <param name="dilationX">How far apart its columns are.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/>; it must not overlap an operand.</param>
    [Kernel]
    public static void Backward(
        ArrayView<float> outputGradient,
        ArrayView<float> x,
        int inputHeight,
        int inputWidth,
        int outputHeight,
        int outputWidth,
        int windowHeight,
        int windowWidth,
        int strideY,
        int strideX,
        int paddingY,
        int paddingX,
        int dilationY,
        int dilationX,
        ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < inputGradient.IntLength)
        {
            int row = at / inputWidth;
            int column = at - (row * inputWidth);
            int plane = row / inputHeight;
            row -= plane * inputHeight;
            long start = (long)plane * inputHeight * inputWidth;
            int place = (row * inputWidth) + column;

            // The windows that reach this far down and right, but begin no later.
            int reachY = (windowHeight - 1) * dilationY;
            int reachX = (windowWidth - 1) * dilationX;
            int firstRow = Columns.FirstFrom(row + paddingY - reachY, strideY);
            int endRow = XMath.Min(((row + paddingY) / strideY) + 1, outputHeight);
            int firstColumn = Columns.FirstFrom(column + paddingX - reachX, strideX);
            int endColumn = XMath.Min(((column + paddingX) / strideX) + 1, outputWidth);
            float sum = 0f;
            for (int i = firstRow; i < endRow; i++)
            {
                for (int j = firstColumn; j < endColumn; j++)
                {
                    int top = (i * strideY) - paddingY;
                    int left = (j * strideX) - paddingX;
                    if (Greatest(x, start, inputHeight, inputWidth, windowHeight, windowWidth, dilationY, dilationX, top, left) == place)
                    {
                        sum += outputGradient[((((long)plane * outputHeight) + i) * outputWidth) + j];
                    }
                }
            }

            inputGradient[at] = sum;
        }
    }

    /// <summary>
    /// The same where no two windows overlap: each window gives its gradient to its greatest number, and the rest stays as it is. One work-item
    /// for each element of the output.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="inputHeight">Rows of a picture.</param>
    /// <param name="inputWidth">Columns of a picture.</param>
    /// <param name="outputHeight">Positions of the window from top to bottom.</param>
    /// <param name="outputWidth">Positions of the window from left to right.</param>
    /// <param name="windowHeight">Rows of the window.</param>
    /// <param name="windowWidth">Columns of the window.</param>
    /// <param name="strideY">How far the window moves from row to row of the output: at least as far as it reaches.</param>
    /// <param name="strideX">How far it moves from column to column: likewise.</param>
    /// <param name="paddingY">Rows of padding above and below.</param>
    /// <param name="paddingX">Columns of padding before and after.</param>
    /// <param name="dilationY">How far apart the rows of the window are.</param>
    /// <param name="dilationX">How far apart its columns are.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/> and full of zeros; it must not overlap an operand.</param>
    [Kernel]
    public static void BackwardApart(
        ArrayView<float> outputGradient,
        ArrayView<float> x,
        int inputHeight,
        int inputWidth,
        int outputHeight,
        int outputWidth,
        int windowHeight,
        int windowWidth,
        int strideY,
        int strideX,
        int paddingY,
        int paddingX,
        int dilationY,
        int dilationX,
        ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < outputGradient.IntLength)
        {
            long place = GreatestOf(
                x, at, inputHeight, inputWidth, outputHeight, outputWidth, windowHeight, windowWidth, strideY, strideX, paddingY, paddingX, dilationY, dilationX);
            if (place >= 0)
            {
                inputGradient[place] = outputGradient[at];
            }
        }
    }

    /// <summary>Where the greatest number lies that the window of this element of the output sees; -1 if it sees none.</summary>
    private static long GreatestOf(
        ArrayView<float> x,
        int at,
        int inputHeight,
        int inputWidth,
        int outputHeight,
        int outputWidth,
        int windowHeight,
        int windowWidth,
        int strideY,
        int strideX,
        int paddingY,
        int paddingX,
        int dilationY,
        int dilationX)
    {
        int row = at / outputWidth;
        int j = at - (row * outputWidth);
        int plane = row / outputHeight;
        int i = row - (plane * outputHeight);
        long start = (long)plane * inputHeight * inputWidth;
        int top = (i * strideY) - paddingY;
        int left = (j * strideX) - paddingX;
        int place = Greatest(x, start, inputHeight, inputWidth, windowHeight, windowWidth, dilationY, dilationX, top, left);
        return place < 0 ? -1 : start + place;
    }

    /// <summary>Where in its plane the greatest number lies that the window with this first row and column sees; -1 if it sees none.</summary>
    private static int Greatest(
        ArrayView<float> x,
        long start,
        int inputHeight,
        int inputWidth,
        int windowHeight,
        int windowWidth,
        int dilationY,
        int dilationX,
        int top,
        int left)
    {
        int place = -1;
        int greatest = 0;
        int endRow = End(top, inputHeight, windowHeight, dilationY);
        int firstColumn = Columns.FirstFrom(-left, dilationX);
        int endColumn = End(left, inputWidth, windowWidth, dilationX);
        for (int ky = Columns.FirstFrom(-top, dilationY); ky < endRow; ky++)
        {
            int first = ((top + (ky * dilationY)) * inputWidth) + left;
            for (int kx = firstColumn; kx < endColumn; kx++)
            {
                int at = first + (kx * dilationX);
                int value = ArgMax.Order(x[start + at]);
                if (place < 0 || value > greatest)
                {
                    place = at;
                    greatest = value;
                }
            }
        }

        return place;
    }

    /// <summary>The end of the window's elements that lie in the picture, along an axis, where the window begins at a place of it.</summary>
    internal static int End(int start, int length, int size, int dilation)
    {
        int room = length - 1 - start;
        int end = size;
        if (room < (size - 1) * dilation)
        {
            end = room < 0 ? 0 : (room / dilation) + 1;
        }

        return end;
    }
}
