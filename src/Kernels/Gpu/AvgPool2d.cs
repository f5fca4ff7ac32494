namespace Quern.Kernels.Gpu;

/// <summary>The mean of what a moving window sees, for each plane of pictures [planes, height, width].</summary>
internal static partial class AvgPool2d
{
    /// <summary>y[p, i, j] = the sum of what the window sees over the number of its elements; 0 where it sees nothing. One work-item for each element.</summary>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="divisor">What each sum is divided by, or 0 for how many numbers the window sees there.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, float divisor, ArrayView<float> y)
    {
        int at = Grid.GlobalIndex.X;
        if (at < y.IntLength)
        {
            int row = at / columns.Output;
            int j = at - (row * columns.Output);
            int plane = row / rows.Output;
            int i = row - (plane * rows.Output);
            long start = (long)plane * rows.Input * columns.Input;
            int top = rows.Start(i);
            int left = columns.Start(j);
            int firstRow = rows.FirstInside(top);
            int endRow = rows.EndInside(top);
            int firstColumn = columns.FirstInside(left);
            int endColumn = columns.EndInside(left);
            float sum = 0f;
            for (int ky = firstRow; ky < endRow; ky++)
            {
                long from = start + ((top + (ky * rows.Dilation)) * columns.Input) + left;
                for (int kx = firstColumn; kx < endColumn; kx++)
                {
                    sum += x[from + (kx * columns.Dilation)];
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
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="divisor">What each sum is divided by, or 0 for how many numbers the window sees there.</param>
    /// <param name="inputGradient">The result, [planes, input height, input width].</param>
    [Kernel]
    public static void Backward(
        ArrayView<float> outputGradient, GpuWindowAxis rows, GpuWindowAxis columns, float divisor, ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < inputGradient.IntLength)
        {
            int row = at / columns.Input;
            int column = at - (row * columns.Input);
            int plane = row / rows.Input;
            row -= plane * rows.Input;
            int endRow = rows.EndReaching(row);
            int firstColumn = columns.FirstReaching(column);
            int endColumn = columns.EndReaching(column);
            float sum = 0f;
            for (int i = rows.FirstReaching(row); i < endRow; i++)
            {
                if (rows.ElementAt(row, i) >= 0)
                {
                    int height = rows.EndInside(rows.Start(i)) - rows.FirstInside(rows.Start(i));
                    long from = (((long)plane * rows.Output) + i) * columns.Output;
                    for (int j = firstColumn; j < endColumn; j++)
                    {
                        if (columns.ElementAt(column, j) >= 0)
                        {
                            int width = columns.EndInside(columns.Start(j)) - columns.FirstInside(columns.Start(j));
                            sum += outputGradient[from + j] / Count(divisor, height, width);
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
