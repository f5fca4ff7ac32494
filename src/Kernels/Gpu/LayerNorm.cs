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
    /// <param name="epsilon">A small number added to the denominator, against division by zero.</param>
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

        Total total = Total.Zero();
        float scaled = 0f;
        int j = lane;
        for (; j < count - (3 * lanes); j += 4 * lanes)
        {
            long at = start + j;
            float x0 = x[at];
            float x1 = x[at + lanes];
            float x2 = x[at + (2 * lanes)];
            float x3 = x[at + (3 * lanes)];
            total = Total.Add(total, ((x0 - origin) + (x1 - origin)) + ((x2 - origin) + (x3 - origin)));
            scaled += (((x0 * Total.Unit) + (x1 * Total.Unit)) + ((x2 * Total.Unit) + (x3 * Total.Unit))) - (4f * (origin * Total.Unit));
        }

        for (; j < count; j += lanes)
        {
            float value = x[start + j];
            total = Total.Add(total, value - origin);
            scaled += (value * Total.Unit) - (origin * Total.Unit);
        }

        // All lanes have read the origin by the time the first element is overwritten.
        float sum = RowLanes.Sum(shared, lanes, Total.Value(total));
        scaled = RowLanes.Sum(shared, lanes, scaled);
        float center = Total.IsFinite(sum) ? origin + (sum / columns) : ((origin * Total.Unit) + (scaled / columns)) / Total.Unit;
        float small = center * Total.Unit;
        total = Total.Zero();
        scaled = 0f;
        j = lane;
        for (; j < count - (3 * lanes); j += 4 * lanes)
        {
            long at = start + j;
            float x0 = x[at];
            float x1 = x[at + lanes];
            float x2 = x[at + (2 * lanes)];
            float x3 = x[at + (3 * lanes)];
            total = Total.Add(total, (Square(x0 - center) + Square(x1 - center)) + (Square(x2 - center) + Square(x3 - center)));
            scaled += (Square((x0 * Total.Unit) - small) + Square((x1 * Total.Unit) - small))
                + (Square((x2 * Total.Unit) - small) + Square((x3 * Total.Unit) - small));
        }

        for (; j < count; j += lanes)
        {
            float value = x[start + j];
            total = Total.Add(total, Square(value - center));
            scaled += Square((value * Total.Unit) - small);
        }

        // A variance that is more than a float holds is taken in the unit, and so are the distances that belong to it.
        float squares = RowLanes.Sum(shared, lanes, Total.Value(total));
        scaled = RowLanes.Sum(shared, lanes, scaled);
        float unit = Total.IsFinite(squares) ? 1f : Total.Unit;
        float variance = (Total.IsFinite(squares) ? squares : scaled) / columns;
        float factor = 1f / XMath.Sqrt(variance + (epsilon * unit * unit));
        float inverse = factor * unit;
        for (j = lane; j < count; j += lanes)
        {
            float value = Scaled(((x[start + j] * unit) - (center * unit)) * factor, weight, weight.IntLength, j);
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
        Total sums = Total.Zero();
        Total products = Total.Zero();
        for (int j = lane; j < count; j += lanes)
        {
            float h = Scaled(outputGradient[start + j], weight, weight.IntLength, j);
            sums = Total.Add(sums, h);
            products = Total.Add(products, h * ((x[start + j] - center) * inverse));
        }

        float sum = RowLanes.Sum(shared, lanes, Total.Value(sums));
        float product = RowLanes.Sum(shared, lanes, Total.Value(products));
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

    private static float Square(float value) => value * value;

    private static float Scaled(float value, ArrayView<float> weight, int weightLength, int column)
    {
        if (weightLength > 0)
        {
            value *= weight[column];
        }

        return value;
    }
}
