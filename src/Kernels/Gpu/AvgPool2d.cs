namespace Quern.Kernels.Gpu;

/// <summary>The mean of what a moving window sees, for each plane of pictures [planes, height, width].</summary>
internal static partial class AvgPool2d
{
    /// <summary>y[p, i, j] = the sum of what the window sees over the number of its elements; 0 where it sees nothing. One work-item for each element.</summary>
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
    /// <param name="divisor">What each sum is divided by, or 0 for how many numbers the window sees there.</param>
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
        float divisor,
        ArrayView<float> y)
    {
        int at = Grid.GlobalIndex.X;
        if (at < y.IntLength)
        {
            int row = at / outputWidth;
            int j = at - (row * outputWidth);
            int plane = row / outputHeight;
            int i = row - (plane * outputHeight);
            long start = (long)plane * inputHeight * inputWidth;
            int top = (i * strideY) - paddingY;
            int left = (j * strideX) - paddingX;
            int firstRow = Columns.FirstFrom(-top, dilationY);
            int endRow = MaxPool2d.End(top, inputHeight, windowHeight, dilationY);
            int firstColumn = Columns.FirstFrom(-left, dilationX);
            int endColumn = MaxPool2d.End(left, inputWidth, windowWidth, dilationX);
            float sum = 0f;
            for (int ky = firstRow; ky < endRow; ky++)
            {
                long from = start + ((top + (ky * dilationY)) * inputWidth) + left;
                for (int kx = firstColumn; kx < endColumn; kx++)
                {
                    sum += x[from + (kx * dilationX)];
                }
            }

            y[at] = sum / Count(divisor, endRow - firstRow, endColumn - firstColumn);
        }
    }

    /// <summary>
    /// Each output gradient goes in equal parts to the numbers that the window saw. One work-item for each element of the input: it asks the windows
    /// that see it, in their order.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, output height, output width].</param>
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
    /// <param name="divisor">What each sum is divided by, or 0 for how many numbers the window sees there.</param>
    /// <param name="inputGradient">The result, [planes, input height, input width].</param>
    [Kernel]
    public static void Backward(
        ArrayView<float> outputGradient,
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
        float divisor,
        ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < inputGradient.IntLength)
        {
            int row = at / inputWidth;
            int column = at - (row * inputWidth);
            int plane = row / inputHeight;
            row -= plane * inputHeight;

            // The windows that reach this far down and right, but begin no later.
            int below = row + paddingY;
            int right = column + paddingX;
            int firstRow = Columns.FirstFrom(below - ((windowHeight - 1) * dilationY), strideY);
            int endRow = XMath.Min((below / strideY) + 1, outputHeight);
            int firstColumn = Columns.FirstFrom(right - ((windowWidth - 1) * dilationX), strideX);
            int endColumn = XMath.Min((right / strideX) + 1, outputWidth);
            float sum = 0f;
            for (int i = firstRow; i < endRow; i++)
            {
                if (Columns.Steps(below - (i * strideY), dilationY) >= 0)
                {
                    int top = (i * strideY) - paddingY;
                    int rows = MaxPool2d.End(top, inputHeight, windowHeight, dilationY) - Columns.FirstFrom(-top, dilationY);
                    long from = (((long)plane * outputHeight) + i) * outputWidth;
                    for (int j = firstColumn; j < endColumn; j++)
                    {
                        if (Columns.Steps(right - (j * strideX), dilationX) >= 0)
                        {
                            int left = (j * strideX) - paddingX;
                            int columns = MaxPool2d.End(left, inputWidth, windowWidth, dilationX) - Columns.FirstFrom(-left, dilationX);
                            sum += outputGradient[from + j] / Count(divisor, rows, columns);
                        }
                    }
                }
            }

            inputGradient[at] = sum;
        }
    }

    /// <summary>The divisor if there is one, or the area of so many rows and columns; at least 1.</summary>
    private static float Count(float divisor, int rows, int columns)
    {
        float count = divisor;
        if (divisor == 0f)
        {
            count = 1f;
            if (rows > 0 && columns > 0)
            {
                count = (float)rows * columns;
            }
        }

        return count;
    }
}
