namespace Quern.Kernels.Gpu;

/// <summary>The cross entropy of softmax(x) for each row, from x itself.</summary>
internal static partial class CrossEntropy
{
    /// <summary>
    /// losses[i] = -Σⱼ t[i, j] ln p[i, j], where p = softmax(x); and inputGradient = scale · (p · Σ t - t). Rows are shared out as
    /// <see cref="RowLanes"/> says.
    /// </summary>
    /// <param name="output">The output of the network, x: [rows, classes].</param>
    /// <param name="target">
    /// The number of each row's class, [rows], where t is 1 for this class and 0 for others; or t itself, [rows, classes]. The caller
    /// sees to it that there are such classes.
    /// </param>
    /// <param name="classes">The numbers of a row: at least 1.</param>
    /// <param name="lanes">The work-items of a row.</param>
    /// <param name="targetIsClass">Not 0 if the target holds numbers of classes.</param>
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
            float t = Target(target, targetIsClass, rowInside, start, j);
            weights = Total.Add(weights, t);

            // A class that is not wanted may have a logit of minus infinity. Halves, since a distance may be more than a float can hold, and a
            // probability bring it back.
            products = Total.Add(products, t == 0f && targetIsClass != 0 ? 0f : t * ((0.5f * output[start + j]) - (0.5f * max)));
        }

        float sum = RowLanes.Sum(shared, lanes, Total.Value(powers));
        float weight = RowLanes.Sum(shared, lanes, Total.Value(weights));
        float dot = RowLanes.Sum(shared, lanes, Total.Value(products));
        if (inputGradient.IntLength > 0)
        {
            float factor = scale * weight / sum;
            for (int j = lane; j < count; j += lanes)
            {
                float t = Target(target, targetIsClass, rowInside, start, j);
                inputGradient[start + j] = (Elementary.Exp(output[start + j] - max) * factor) - (scale * t);
            }
        }

        if (lane == 0 && count > 0)
        {
            // -Σ t ln p = Σ t · ln Σ exp(x - max) - Σ t (x - max).
            losses[row] = (weight * Elementary.Log(sum)) - (2f * dot);
        }
    }

    private static float Target(ArrayView<float> target, int targetIsClass, int row, long start, int column)
    {
        if (targetIsClass != 0)
        {
            return column == (int)target[row] ? 1f : 0f;
        }

        return target[start + column];
    }
}
