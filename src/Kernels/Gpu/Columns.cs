namespace Quern.Kernels.Gpu;

/// <summary>
/// Pictures as matrices [channels · window, output positions]: column p holds what the window sees at position p. A convolution is then a matrix
/// product for each sample.
/// </summary>
internal static partial class Columns
{
    /// <summary>Copies pictures to columns, with zeros for the padding. One work-item for each run of a row.</summary>
    /// <param name="pictures">The pictures, [samples, channels, input height, input width].</param>
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
    /// <param name="rowLength">From one row of a matrix to the next: at least the number of positions. What lies between is not written.</param>
    /// <param name="run">How many positions a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="columns">The matrices, [samples, channels · window height · window width, rowLength].</param>
    [Kernel]
    public static void Gather(
        ArrayView<float> pictures,
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
        int rowLength,
        int run,
        ArrayView<float> columns)
    {
        int positions = outputHeight * outputWidth;
        int runs = ((positions - 1) / run) + 1;
        int row = Grid.GlobalIndex.X / runs;
        if (row < columns.IntLength / rowLength)
        {
            int position = (Grid.GlobalIndex.X - (row * runs)) * run;
            int end = XMath.Min(position + run, positions);
            int area = windowHeight * windowWidth;
            int plane = row / area;
            int element = row - (plane * area);
            int ky = element / windowWidth;
            int kx = element - (ky * windowWidth);
            int i = position / outputWidth;
            int j = position - (i * outputWidth);
            long to = (long)row * rowLength;
            while (position < end)
            {
                int y = (i * strideY) - paddingY + (ky * dilationY);
                int x = (j * strideX) - paddingX + (kx * dilationX);
                long from = (((long)plane * inputHeight) + y) * inputWidth;
                int width = y >= 0 && y < inputHeight ? inputWidth : 0;
                int rowEnd = XMath.Min(end, position + outputWidth - j);
                for (; position < rowEnd; position++)
                {
                    float value = 0f;
                    if (x >= 0 && x < width)
                    {
                        value = pictures[from + x];
                    }

                    columns[to + position] = value;
                    x += strideX;
                }

                i++;
                j = 0;
            }
        }
    }

    /// <summary>
    /// Adds columns up to the pictures that they came from: the reverse of <see cref="Gather"/>. What fell on the padding is lost. One work-item
    /// for each run of a plane, each element a sum in the order of the output's positions.
    /// </summary>
    /// <param name="columns">The matrices, [samples, channels · window height · window width, output positions].</param>
    /// <param name="bias">A number for each channel to start from, or an empty view for 0.</param>
    /// <param name="channels">The channels of a picture.</param>
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
    /// <param name="activation">Applied to each sum: the number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the result, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below, whose derivative the result is multiplied by.</param>
    /// <param name="run">How many elements a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="pictures">The result, [samples, channels, input height, input width].</param>
    [Kernel]
    public static void Scatter(
        ArrayView<float> columns,
        ArrayView<float> bias,
        int channels,
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
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        int run,
        ArrayView<float> pictures)
    {
        int plane = inputHeight * inputWidth;
        int runs = ((plane - 1) / run) + 1;
        int number = Grid.GlobalIndex.X / runs;
        if (number < pictures.IntLength / plane)
        {
            int place = (Grid.GlobalIndex.X - (number * runs)) * run;
            int end = XMath.Min(place + run, plane);
            float start = 0f;
            if (bias.IntLength > 0)
            {
                start = bias[number - (number / channels * channels)];
            }

            int positions = outputHeight * outputWidth;
            int reachY = (windowHeight - 1) * dilationY;
            int reachX = (windowWidth - 1) * dilationX;
            long from = (long)number * windowHeight * windowWidth * positions;
            long to = (long)number * plane;
            int y = place / inputWidth;
            int x = place - (y * inputWidth);
            while (place < end)
            {
                // The output's rows and columns whose window reaches this far, but begins no later.
                int below = y + paddingY;
                int firstRow = FirstFrom(below - reachY, strideY);
                int endRow = XMath.Min((below / strideY) + 1, outputHeight);
                int rowEnd = XMath.Min(end, place + inputWidth - x);
                for (; place < rowEnd; place++)
                {
                    int right = x + paddingX;
                    int firstColumn = FirstFrom(right - reachX, strideX);
                    int endColumn = XMath.Min((right / strideX) + 1, outputWidth);
                    float sum = start;
                    for (int i = firstRow; i < endRow; i++)
                    {
                        int ky = Steps(below - (i * strideY), dilationY);
                        if (ky >= 0)
                        {
                            int row = (ky * windowWidth * positions) + (i * outputWidth);
                            for (int j = firstColumn; j < endColumn; j++)
                            {
                                int kx = Steps(right - (j * strideX), dilationX);
                                if (kx >= 0)
                                {
                                    sum += columns[from + row + (kx * positions) + j];
                                }
                            }
                        }
                    }

                    sum = Activations.Apply(activation, sum);
                    if (gradientOutput.IntLength > 0)
                    {
                        sum = Activations.Gradient(gradientActivation, sum, gradientOutput[to + place]);
                    }

                    pictures[to + place] = sum;
                    x++;
                }

                y++;
                x = 0;
            }
        }
    }

    /// <summary>The first position whose window begins at this distance or later.</summary>
    internal static int FirstFrom(int distance, int stride) => distance > 0 ? ((distance - 1) / stride) + 1 : 0;

    /// <summary>How many steps of this length a distance is, or -1 where it lies between two.</summary>
    internal static int Steps(int distance, int length)
    {
        int steps = distance;
        if (length > 1)
        {
            steps = distance / length;
            if (steps * length != distance)
            {
                steps = -1;
            }
        }

        return steps;
    }
}
