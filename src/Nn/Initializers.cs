using Quern.Tensors;

namespace Quern.Nn;

/// <summary>
/// Initial weights. A weight is [outputs, inputs, …]; the axes behind the second multiply both fans, as in convolutions.
/// </summary>
public static class Initializers
{
    /// <summary>
    /// Glorot uniform: values in [-a, a) with a = gain · √(6 / (fan in + fan out)), which keeps the variance of activations
    /// and of gradients alike. Source: Glorot and Bengio, 2010, equation 16; PyTorch's <c>xavier_uniform_</c>.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="gain">A factor for the activation that follows; 1 for none, sigmoid or linear.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static void GlorotUniform(Tensor weight, Generator generator, float gain = 1)
    {
        (double fanIn, double fanOut) = Fans(nameof(GlorotUniform), weight);
        float bound = (float)(gain * Math.Sqrt(6 / (fanIn + fanOut)));
        weight.FillRandom(generator, -bound, bound);
    }

    /// <summary>
    /// Kaiming uniform: values in [-a, a) with a = gain · √(3 / fan in), which keeps the variance through rectified layers.
    /// Source: He and others, 2015; PyTorch's <c>kaiming_uniform_</c> with mode fan_in.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="gain">A factor for the activation that follows; √2, for ReLU, if not given.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static void KaimingUniform(Tensor weight, Generator generator, float gain = 1.41421356f)
    {
        (double fanIn, _) = Fans(nameof(KaimingUniform), weight);
        float bound = (float)(gain * Math.Sqrt(3 / fanIn));
        weight.FillRandom(generator, -bound, bound);
    }

    /// <summary>
    /// Kaiming normal: standard deviation gain / √(fan in). Source: He and others, 2015; PyTorch's <c>kaiming_normal_</c>.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="gain">A factor for the activation that follows; √2, for ReLU, if not given.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static void KaimingNormal(Tensor weight, Generator generator, float gain = 1.41421356f)
    {
        (double fanIn, _) = Fans(nameof(KaimingNormal), weight);
        weight.FillRandomNormal(generator, 0, (float)(gain / Math.Sqrt(fanIn)));
    }

    /// <summary>Zeros.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    public static void Zeros(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.Fill(0);
    }

    private static (double In, double Out) Fans(string operation, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank < 2)
        {
            throw new ShapeException($"{operation}: the weight has shape {weight.Shape}; it needs at least the axes [outputs, inputs]. Fill a bias with Zeros.");
        }

        double receptive = 1;
        for (int axis = 2; axis < weight.Rank; axis++)
        {
            receptive *= weight.Shape[axis];
        }

        return (weight.Shape[1] * receptive, weight.Shape[0] * receptive);
    }
}
