namespace Quern.Kernels.Gpu;

/// <summary>Enlarges pictures [planes, height, width] by a whole factor: each number becomes a square.</summary>
internal static partial class UpsampleNearest
{
    /// <summary>y[p, i, j] = x[p, i / factor, j / factor]. One work-item for each number of x in each row of the result.</summary>
    /// <param name="x">The pictures, [planes, height, width].</param>
    /// <param name="width">The columns of <paramref name="x"/>.</param>
    /// <param name="factor">The sides of the squares: at least 1.</param>
    /// <param name="y">The result, [planes, height · factor, width · factor].</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, int width, int factor, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < x.IntLength * factor)
        {
            int row = i / width;
            int column = i - (row * width);
            float value = x[(row / factor * width) + column];
            int start = i * factor;
            for (int j = 0; j < factor; j++)
            {
                y[start + j] = value;
            }
        }
    }

    /// <summary>inputGradient[p, i, j] = the sum of outputGradient over the square of x[p, i, j]. One work-item for each element of the result.</summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [planes, height · factor, width · factor].</param>
    /// <param name="width">The columns of the input.</param>
    /// <param name="factor">The sides of the squares: at least 1.</param>
    /// <param name="inputGradient">The result, [planes, height, width].</param>
    [Kernel]
    public static void Backward(ArrayView<float> outputGradient, int width, int factor, ArrayView<float> inputGradient)
    {
        int i = Grid.GlobalIndex.X;
        if (i < inputGradient.IntLength)
        {
            int wide = width * factor;
            int row = i / width;
            long start = ((long)row * factor * wide) + ((i - (row * width)) * factor);
            float sum = 0f;
            for (int j = 0; j < factor; j++)
            {
                for (int k = 0; k < factor; k++)
                {
                    sum += outputGradient[start + ((long)j * wide) + k];
                }
            }

            inputGradient[i] = sum;
        }
    }
}
