namespace Quern.Kernels.Gpu;

/// <summary>The mean squared error: the mean over all n elements of (output - target)².</summary>
internal static partial class Mse
{
    /// <summary>
    /// sums[s] = the sum of (output - target)² over a section; and inputGradient = scale · (output - target), times the derivative of the
    /// activation that made the output. See <see cref="LossLoop"/>.
    /// </summary>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="scale">The factor of the gradient: 2/n is the loss's own.</param>
    /// <param name="activation">The number of the <see cref="Activation"/> to differentiate as well.</param>
    /// <param name="inputGradient">The gradient, as long as the output, or empty if not wanted; it may be the same memory as either operand.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, sections].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run(
        ArrayView<float> output,
        ArrayView<float> target,
        float scale,
        int activation,
        ArrayView<float> inputGradient,
        int length,
        int lanes,
        ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        LossLoop.Run<Loss>(
            shared,
            output,
            target,
            output.IntLength,
            scale,
            activation,
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
            float difference = first - second;
            firstGradient = Activations.Gradient(activation, scale * difference, first);
            secondGradient = 0f;
            return difference * difference;
        }
    }
}
