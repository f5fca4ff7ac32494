namespace Quern.Kernels.Gpu;

/// <summary>
/// Pictures as matrices [channels · window, output positions]: column p holds what the window sees at position p. A convolution is then a matrix
/// product for each sample.
/// </summary>
internal static partial class Columns
{
    /// <summary>Copies pictures to columns, with zeros for the padding. One work-item for each run of a row.</summary>
    /// <param name="pictures">The pictures, [samples, channels, input height, input width].</param>
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="rowLength">From one row of a matrix to the next: at least the number of positions. What lies between is not written.</param>
    /// <param name="run">How many positions a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="matrices">The matrices, [samples, channels · window height · window width, rowLength].</param>
    [Kernel]
    public static void Gather(
        ArrayView<float> pictures,
        GpuWindowAxis rows,
        GpuWindowAxis columns,
        int rowLength,
        int run,
        ArrayView<float> matrices)
    {
        int positions = rows.Output * columns.Output;
        int runs = ((positions - 1) / run) + 1;
        int row = Grid.GlobalIndex.X / runs;
        if (row < matrices.IntLength / rowLength)
        {
            int position = (Grid.GlobalIndex.X - (row * runs)) * run;
            int end = XMath.Min(position + run, positions);
            int area = rows.Size * columns.Size;
            int plane = row / area;
            int element = row - (plane * area);
            int ky = element / columns.Size;
            int kx = element - (ky * columns.Size);
            int i = position / columns.Output;
            int j = position - (i * columns.Output);
            int y = rows.Start(i) + (ky * rows.Dilation);
            int left = columns.Start(0) + (kx * columns.Dilation);

            // Behind each store, a compiler for processors would read a struct's fields again.
            int height = rows.Input;
            int width = columns.Input;
            int outputWidth = columns.Output;
            int strideY = rows.Stride;
            int strideX = columns.Stride;
            long to = (long)row * rowLength;
            while (position < end)
            {
                long from = (((long)plane * height) + y) * width;
                int visible = y >= 0 && y < height ? width : 0;
                int rowEnd = XMath.Min(end, position + outputWidth - j);
                int x = left + (j * strideX);
                for (; position < rowEnd; position++)
                {
                    float value = 0f;
                    if (x >= 0 && x < visible)
                    {
                        value = pictures[from + x];
                    }

                    matrices[to + position] = value;
                    x += strideX;
                }

                y += strideY;
                j = 0;
            }
        }
    }

    /// <summary>
    /// Adds columns up to the pictures that they came from: the reverse of <see cref="Gather"/>. What fell on the padding is lost. One work-item
    /// for each run of a plane, each element a sum in the order of the output's positions.
    /// </summary>
    /// <param name="matrices">The matrices, [samples, channels · window height · window width, output positions].</param>
    /// <param name="bias">A number for each channel to start from, or an empty view for 0.</param>
    /// <param name="channels">The channels of a picture.</param>
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="activation">Applied to each sum: the number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the result, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below, whose derivative the result is multiplied by.</param>
    /// <param name="run">How many elements a work-item takes: see <see cref="PlaneRun"/>.</param>
    /// <param name="pictures">The result, [samples, channels, input height, input width].</param>
    [Kernel]
    public static void Scatter(
        ArrayView<float> matrices,
        ArrayView<float> bias,
        int channels,
        GpuWindowAxis rows,
        GpuWindowAxis columns,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        int run,
        ArrayView<float> pictures)
    {
        int plane = rows.Input * columns.Input;
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

            int positions = rows.Output * columns.Output;
            long from = (long)number * rows.Size * columns.Size * positions;
            long to = (long)number * plane;
            int y = place / columns.Input;
            int x = place - (y * columns.Input);
            while (place < end)
            {
                int firstRow = rows.FirstReaching(y);
                int endRow = rows.EndReaching(y);
                int rowEnd = XMath.Min(end, place + columns.Input - x);
                for (; place < rowEnd; place++)
                {
                    int firstColumn = columns.FirstReaching(x);
                    int endColumn = columns.EndReaching(x);
                    float sum = start;
                    for (int i = firstRow; i < endRow; i++)
                    {
                        int ky = rows.ElementAt(y, i);
                        if (ky >= 0)
                        {
                            int row = (ky * columns.Size * positions) + (i * columns.Output);
                            for (int j = firstColumn; j < endColumn; j++)
                            {
                                int kx = columns.ElementAt(x, j);
                                if (kx >= 0)
                                {
                                    sum += matrices[from + row + (kx * positions) + j];
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
}
