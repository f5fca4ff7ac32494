namespace Quern.Kernels.Gpu;

/// <summary>The cross entropy of softmax(x) for each row, from x itself.</summary>
internal static partial class CrossEntropy
{
    /// <summary>
    /// losses[i] = -Σⱼ q[i, j] ln p[i, j], where p = softmax(x) and q[i, j] = w[j] · ((1 - smoothing) · t[i, j] + smoothing / classes); and
    /// inputGradient = scale · (p · Σ q - q). Rows are shared out as <see cref="RowLanes"/> says.
    /// </summary>
    /// <param name="output">The output of the network, x: [rows, classes].</param>
    /// <param name="target">
    /// The number of each row's class, [rows], where t is 1 for this class and 0 for others; or t itself, [rows, classes]. The caller
    /// sees to it that there are such classes.
    /// </param>
    /// <param name="classes">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="targetIsClass">Not 0 if the target holds numbers of classes.</param>
    /// <param name="weight">The weights w, [classes]; ones if empty.</param>
    /// <param name="smoothing">The share of a row that all classes get alike.</param>
    /// <param name="ignored">The number in place of a class of a row whose loss and gradient are 0; NaN for none.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory.</param>
    /// <param name="losses">The result: one loss for each row.</param>
    [Kernel(RowLanes.GroupSize)]
    public static void Run(
        ArrayView<float> output,
        ArrayView<float> target,
        int classes,
        int lanes,
        int targetIsClass,
        ArrayView<float> weight,
        float smoothing,
        float ignored,
        float scale,
        ArrayView<float> inputGradient,
        ArrayView<float> losses)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLanes.GroupSize);
        int lane = RowLanes.Lane(lanes);
        int row = RowLanes.Row(lanes);
        int count = row < losses.IntLength ? classes : 0;
        int rowInside = XMath.Min(row, losses.IntLength - 1);
        long start = (long)rowInside * classes;
        int isWeighted = weight.IntLength > 0 ? 1 : 0;
        int isIgnored = targetIsClass != 0 && target[rowInside] == ignored ? 1 : 0;
        float max = float.NegativeInfinity;
        for (int j = lane; j < count; j += lanes)
        {
            max = XMath.Max(max, output[start + j]);
        }

        max = RowLanes.Max(shared, lanes, max);
        Total powers = Total.Zero();
        Total weights = Total.Zero();
        Total products = Total.Zero();
        for (int j = lane; j < count; j += lanes)
        {
            float below = output[start + j] - max;
            powers = Total.Add(powers, Elementary.Exp(below));
            float q = Weighted(target, targetIsClass, weight, isWeighted, classes, smoothing, rowInside, start, j);
            weights = Total.Add(weights, q);

            // A class that is not wanted may have a logit of minus infinity. Halves, since a distance may be more than a float can hold, and a
            // probability bring it back.
            products = Total.Add(products, q == 0f && targetIsClass != 0 ? 0f : q * ((0.5f * output[start + j]) - (0.5f * max)));
        }

        float sum = RowLanes.Sum(shared, lanes, Total.Value(powers));
        float whole = RowLanes.Sum(shared, lanes, Total.Value(weights));
        float dot = RowLanes.Sum(shared, lanes, Total.Value(products));
        if (inputGradient.IntLength > 0)
        {
            float factor = scale * whole / sum;
            for (int j = lane; j < count; j += lanes)
            {
                float q = Weighted(target, targetIsClass, weight, isWeighted, classes, smoothing, rowInside, start, j);
                inputGradient[start + j] = isIgnored != 0 ? 0f : (Elementary.Exp(output[start + j] - max) * factor) - (scale * q);
            }
        }

        if (lane == 0 && count > 0)
        {
            // -Σ q ln p = Σ q · ln Σ exp(x - max) - Σ q (x - max).
            losses[row] = isIgnored != 0 ? 0f : (whole * Elementary.Log(sum)) - (2f * dot);
        }
    }

    private static float Weighted(
        ArrayView<float> target, int targetIsClass, ArrayView<float> weight, int isWeighted, int classes, float smoothing, int row, long start, int column)
    {
        float t;
        if (targetIsClass != 0)
        {
            t = column == (int)target[row] ? 1f : 0f;
        }
        else
        {
            t = target[start + column];
        }

        float smooth = ((1f - smoothing) * t) + (smoothing / classes);
        if (isWeighted != 0)
        {
            return weight[column] * smooth;
        }

        return smooth;
    }
}
