namespace Quern.Kernels.Gpu;

/// <summary>The binary cross entropy of probabilities.</summary>
internal static partial class Bce
{
    /// <summary>
    /// sums[s] = the sum of -(t ln o + (1 - t) ln(1 - o)) over a section; and inputGradient = scale · (o - t) / (o (1 - o)). As in
    /// PyTorch, a logarithm counts as -100 below that, and the divisor as 1e-12. See <see cref="LossLoop"/>.
    /// </summary>
    /// <param name="output">The output of the network, o: from 0 to 1.</param>
    /// <param name="target">What the output should have been, t: from 0 to 1, as long as the output.</param>
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
            float rest = 1f - first;
            float divisor = rest * first;
            firstGradient = scale * ((first - second) / (divisor < 1e-12f ? 1e-12f : divisor));
            secondGradient = 0f;
            return ((second - 1f) * BoundedLog(rest)) - (second * BoundedLog(first));
        }

        private static float BoundedLog(float value)
        {
            float log = Elementary.Log(value);
            return log < -100f ? -100f : log;
        }
    }
}
