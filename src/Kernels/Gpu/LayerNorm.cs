namespace Quern.Kernels.Gpu;

/// <summary>Gives each row a mean of 0 and a variance of 1, then a scale and an offset. Source: Ba, Kiros and Hinton, 2016.</summary>
internal static partial class LayerNorm
{
    /// <summary>
    /// y[i, j] = x̂[i, j] · weight[j] + bias[j], where x̂ = (x - mean[i]) · inverseDeviation[i], inverseDeviation = 1 / √(variance + ε) and
    /// the variance divides by the number of columns. Rows are shared out as <see cref="RowLanes"/> says.
    /// </summary>
    /// <param name="x">The operand, [rows, columns].</param>
    /// <param name="weight">A factor for each column, or empty for 1.</param>
    /// <param name="bias">An offset for each column, or empty for 0.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="epsilon">Keeps the division from zero.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    /// <param name="mean">Receives the mean of each row.</param>
    /// <param name="inverseDeviation">Receives 1 / √(variance + ε) of each row.</param>
    [Kernel(RowLanes.GroupSize)]
    public static void Forward(
        ArrayView<float> x,
        ArrayView<float> weight,
        ArrayView<float> bias,
        int columns,
        int lanes,
        float epsilon,
        ArrayView<float> y,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLanes.GroupSize);
        int lane = RowLanes.Lane(lanes);
        int row = RowLanes.Row(lanes);
        int count = row < mean.IntLength ? columns : 0;
        long start = (long)row * columns;

        // Distances from one of the row's own numbers are small beside a large mean, so that their sum keeps more digits.
        float origin = 0f;
        if (count > 0)
        {
            origin = x[start];
        }

        float sum = 0f;
        for (int j = lane; j < count; j += lanes)
        {
            sum += x[start + j] - origin;
        }

        // All lanes have read the origin by the time the first element is overwritten.
        sum = RowLanes.Sum(shared, lanes, sum);
        float center = origin + (sum / columns);
        float squares = 0f;
        for (int j = lane; j < count; j += lanes)
        {
            float distance = x[start + j] - center;
            squares += distance * distance;
        }

        squares = RowLanes.Sum(shared, lanes, squares);
        float inverse = 1f / XMath.Sqrt((squares / columns) + epsilon);
        for (int j = lane; j < count; j += lanes)
        {
            float value = Scaled((x[start + j] - center) * inverse, weight, weight.IntLength, j);
            if (bias.IntLength > 0)
            {
                value += bias[j];
            }

            y[start + j] = value;
        }

        if (lane == 0 && count > 0)
        {
            mean[row] = center;
            inverseDeviation[row] = inverse;
        }
    }

    /// <summary>
    /// inputGradient = inverseDeviation · (h - the row's mean of h - x̂ · the row's mean of h x̂), where h = outputGradient · weight; and
    /// weightProduct = outputGradient · x̂, whose column sums are the weight's gradient. Rows are shared out as <see cref="RowLanes"/> says.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [rows, columns].</param>
    /// <param name="x">The operand of <see cref="Forward"/>.</param>
    /// <param name="weight">The factors, or empty for 1.</param>
    /// <param name="mean">The mean of each row.</param>
    /// <param name="inverseDeviation">1 / √(variance + ε) of each row.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    /// <param name="weightProduct">The other result, as long as the operands, or empty if not wanted.</param>
    [Kernel(RowLanes.GroupSize)]
    public static void Backward(
        ArrayView<float> outputGradient,
        ArrayView<float> x,
        ArrayView<float> weight,
        ArrayView<float> mean,
        ArrayView<float> inverseDeviation,
        int columns,
        int lanes,
        ArrayView<float> inputGradient,
        ArrayView<float> weightProduct)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLanes.GroupSize);
        int lane = RowLanes.Lane(lanes);
        int row = RowLanes.Row(lanes);
        int count = row < mean.IntLength ? columns : 0;
        long start = (long)row * columns;
        float center = mean[XMath.Min(row, mean.IntLength - 1)];
        float inverse = inverseDeviation[XMath.Min(row, mean.IntLength - 1)];
        float sum = 0f;
        float product = 0f;
        for (int j = lane; j < count; j += lanes)
        {
            float h = Scaled(outputGradient[start + j], weight, weight.IntLength, j);
            sum += h;
            product += h * ((x[start + j] - center) * inverse);
        }

        sum = RowLanes.Sum(shared, lanes, sum);
        product = RowLanes.Sum(shared, lanes, product);
        float meanGradient = sum / columns;
        float meanProduct = product / columns;
        for (int j = lane; j < count; j += lanes)
        {
            float gradient = outputGradient[start + j];
            float normalized = (x[start + j] - center) * inverse;
            float h = Scaled(gradient, weight, weight.IntLength, j);
            if (weightProduct.IntLength > 0)
            {
                weightProduct[start + j] = gradient * normalized;
            }

            inputGradient[start + j] = (h - meanGradient - (normalized * meanProduct)) * inverse;
        }
    }

    private static float Scaled(float value, ArrayView<float> weight, int weightLength, int column)
    {
        if (weightLength > 0)
        {
            value *= weight[column];
        }

        return value;
    }
}
