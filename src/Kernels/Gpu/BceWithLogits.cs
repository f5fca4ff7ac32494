namespace Quern.Kernels.Gpu;

/// <summary>The binary cross entropy of sigmoid(x), from x itself: no logarithm of a rounded probability is taken.</summary>
internal static partial class BceWithLogits
{
    /// <summary>
    /// sums[s] = the sum of max(x, 0) - x t + ln(1 + exp(-|x|)) over a section; and inputGradient = scale · (sigmoid(x) - t). See
    /// <see cref="LossLoop"/>.
    /// </summary>
    /// <param name="output">What the network gave, x.</param>
    /// <param name="target">The probabilities that it should have meant, t: from 0 to 1, as long as the output.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, sections].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run(ArrayView<float> output, ArrayView<float> target, float scale, ArrayView<float> inputGradient, int length, int lanes, ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        LossLoop.Run<Loss>(
            shared,
            output,
            target,
            output.IntLength,
            scale,
            Activations.None,
            inputGradient,
            inputGradient.IntLength,
            inputGradient,
            0,
            length,
            lanes,
            sums,
            (int)((uint)sums.IntLength >> 1));
    }

    private readonly struct Loss : ILossFunction
    {
        public static float Invoke(float first, float second, int activation, float scale, out float firstGradient, out float secondGradient)
        {
            float e = Elementary.Exp(-XMath.Abs(first));
            float sum = 1f + e;
            firstGradient = scale * (((first >= 0f ? 1f : e) / sum) - second);
            secondGradient = 0f;

            // 1 + e rounds; the last term puts back what was lost, so that small losses keep their digits.
            float lost = (e - (sum - 1f)) / sum;

            // max(x, 0) - x t as a product: no digits cancel, and an infinite logit that is wanted costs nothing.
            float distance = first >= 0f ? 1f - second : second;
            float missed = XMath.Abs(first) * distance;
            return (distance == 0f ? 0f : missed) + (Elementary.Log(sum) + lost);
        }
    }
}
