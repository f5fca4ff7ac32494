namespace Quern.Kernels.Gpu;

/// <summary>The maximum over a moving window, for each plane of pictures [planes, height, width].</summary>
internal static partial class MaxPool2d
{
    /// <summary>y[p, i, j] = the greatest of what the window sees, or -∞ where it sees padding alone. NaN wins. One work-item for each element.</summary>
    /// <param name="x">The pictures, [planes, input height, input width].</param>
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="y">The result, [planes, output height, output width].</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, ArrayView<float> y)
    {
        int at = Grid.GlobalIndex.X;
        if (at < y.IntLength)
        {
            long place = GreatestOf(x, at, rows, columns);
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
    /// <param name="rows">How the window moves from top to bottom.</param>
    /// <param name="columns">How it moves from left to right.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/>; it must not overlap an operand.</param>
    [Kernel]
    public static void Backward(
        ArrayView<float> outputGradient, ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < inputGradient.IntLength)
        {
            int row = at / columns.Input;
            int column = at - (row * columns.Input);
            int plane = row / rows.Input;
            row -= plane * rows.Input;
            long start = (long)plane * rows.Input * columns.Input;
            int place = (row * columns.Input) + column;
            int endRow = rows.EndReaching(row);
            int firstColumn = columns.FirstReaching(column);
            int endColumn = columns.EndReaching(column);
            float sum = 0f;
            for (int i = rows.FirstReaching(row); i < endRow; i++)
            {
                for (int j = firstColumn; j < endColumn; j++)
                {
                    if (Greatest(x, start, rows, columns, rows.Start(i), columns.Start(j)) == place)
                    {
                        sum += outputGradient[((((long)plane * rows.Output) + i) * columns.Output) + j];
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
    /// <param name="rows">How the window moves from top to bottom: at each step at least as far as it reaches.</param>
    /// <param name="columns">How it moves from left to right: likewise.</param>
    /// <param name="inputGradient">The result, as long as <paramref name="x"/> and full of zeros; it must not overlap an operand.</param>
    [Kernel]
    public static void BackwardApart(
        ArrayView<float> outputGradient, ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, ArrayView<float> inputGradient)
    {
        int at = Grid.GlobalIndex.X;
        if (at < outputGradient.IntLength)
        {
            long place = GreatestOf(x, at, rows, columns);
            if (place >= 0)
            {
                inputGradient[place] = outputGradient[at];
            }
        }
    }

    /// <summary>Where the greatest number lies that the window of this element of the output sees; -1 if it sees none.</summary>
    private static long GreatestOf(ArrayView<float> x, int at, GpuWindowAxis rows, GpuWindowAxis columns)
    {
        int row = at / columns.Output;
        int j = at - (row * columns.Output);
        int plane = row / rows.Output;
        int i = row - (plane * rows.Output);
        long start = (long)plane * rows.Input * columns.Input;
        int place = Greatest(x, start, rows, columns, rows.Start(i), columns.Start(j));
        return place < 0 ? -1 : start + place;
    }

    /// <summary>Where in its plane the greatest number lies that the window with this first row and column sees; -1 if it sees none.</summary>
    private static int Greatest(ArrayView<float> x, long start, GpuWindowAxis rows, GpuWindowAxis columns, int top, int left)
    {
        int place = -1;
        int greatest = 0;
        int endRow = rows.EndInside(top);
        int firstColumn = columns.FirstInside(left);
        int endColumn = columns.EndInside(left);
        for (int ky = rows.FirstInside(top); ky < endRow; ky++)
        {
            int first = ((top + (ky * rows.Dilation)) * columns.Input) + left;
            for (int kx = firstColumn; kx < endColumn; kx++)
            {
                int at = first + (kx * columns.Dilation);
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
}
