namespace Quern.Kernels.Gpu;

/// <summary>Turns each row of numbers into probabilities that add up to 1.</summary>
internal static partial class Softmax
{
    /// <summary>y[i, j] = exp(x[i, j]) / the sum over k of exp(x[i, k]). Rows are shared out as <see cref="RowLanes"/> says.</summary>
    /// <param name="x">The operand, [rows, columns].</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel(RowLanes.GroupSize)]
    public static void Forward(ArrayView<float> x, int columns, int lanes, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLanes.GroupSize);
        int lane = RowLanes.Lane(lanes);
        long start = (long)RowLanes.Row(lanes) * columns;
        int count = start < y.Length ? columns : 0;
        float max = float.NegativeInfinity;
        for (int j = lane; j < count; j += lanes)
        {
            max = XMath.Max(max, x[start + j]);
        }

        max = RowLanes.Max(shared, lanes, max);
        Total total = Total.Zero();
        for (int j = lane; j < count; j += lanes)
        {
            float power = Elementary.Exp(x[start + j] - max);
            y[start + j] = power;
            total = Total.Add(total, power);
        }

        float sum = RowLanes.Sum(shared, lanes, Total.Value(total));
        float factor = 1f / sum;
        for (int j = lane; j < count; j += lanes)
        {
            y[start + j] *= factor;
        }
    }

    /// <summary>
    /// inputGradient[i, j] = output[i, j] · (outputGradient[i, j] - the sum over k of outputGradient[i, k] · output[i, k]). Rows are
    /// shared out as <see cref="RowLanes"/> says.
    /// </summary>
    /// <param name="outputGradient">The loss's derivative with respect to the output, [rows, columns].</param>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <param name="columns">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="inputGradient">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel(RowLanes.GroupSize)]
    public static void Backward(
        ArrayView<float> outputGradient, ArrayView<float> output, int columns, int lanes, ArrayView<float> inputGradient)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLanes.GroupSize);
        int lane = RowLanes.Lane(lanes);
        long start = (long)RowLanes.Row(lanes) * columns;
        int count = start < inputGradient.Length ? columns : 0;
        Total total = Total.Zero();
        for (int j = lane; j < count; j += lanes)
        {
            total = Total.Add(total, outputGradient[start + j] * output[start + j]);
        }

        float dot = RowLanes.Sum(shared, lanes, Total.Value(total));
        for (int j = lane; j < count; j += lanes)
        {
            inputGradient[start + j] = output[start + j] * (outputGradient[start + j] - dot);
        }
    }
}
