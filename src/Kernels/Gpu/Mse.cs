namespace Quern.Kernels.Gpu;

/// <summary>The mean squared error: the mean over all n elements of (output - target)².</summary>
internal static partial class Mse
{
    /// <summary>
    /// sums[s] = the sum of (output[i] - target[i])² over i = s, s + sections, s + 2 · sections, …. One work-item for each sum; their
    /// mean is left to <see cref="Sum"/>.
    /// </summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should have given, as long as the output.</param>
    /// <param name="sums">The result: as many sums as there are sections.</param>
    [Kernel]
    public static void Forward(ArrayView<float> output, ArrayView<float> target, ArrayView<float> sums)
    {
        int section = Grid.GlobalIndex.X;
        if (section < sums.IntLength)
        {
            float sum = 0f;
            for (int i = section; i < output.IntLength; i += sums.IntLength)
            {
                float difference = output[i] - target[i];
                sum += difference * difference;
            }

            sums[section] = sum;
        }
    }

    /// <summary>
    /// As <see cref="Forward"/>, and inputGradient = scale · (output - target), times the derivative of the activation that made the output.
    /// </summary>
    /// <param name="output">What the network gave.</param>
    /// <param name="target">What it should have given, as long as the output.</param>
    /// <param name="scale">The factor: 2/n is the loss's own.</param>
    /// <param name="activation">The number of the <see cref="Activation"/> to differentiate as well.</param>
    /// <param name="inputGradient">The gradient, as long as the output; it may be the same memory as either operand.</param>
    /// <param name="sums">The sums of squares: as many as there are sections.</param>
    [Kernel]
    public static void ForwardBackward(
        ArrayView<float> output, ArrayView<float> target, float scale, int activation, ArrayView<float> inputGradient, ArrayView<float> sums)
    {
        int section = Grid.GlobalIndex.X;
        if (section < sums.IntLength)
        {
            float sum = 0f;
            for (int i = section; i < output.IntLength; i += sums.IntLength)
            {
                float y = output[i];
                float difference = y - target[i];
                sum += difference * difference;
                inputGradient[i] = Activations.Gradient(activation, scale * difference, y);
            }

            sums[section] = sum;
        }
    }
}
