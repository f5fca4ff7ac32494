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
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="gain">A factor for the activation that follows; 1 for none, sigmoid or linear.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes, or its fans are 0.</exception>
    public static void GlorotUniform(Tensor weight, Generator generator, float gain = 1)
    {
        (double fanIn, double fanOut) = Fans(nameof(GlorotUniform), weight);
        float bound = (float)(gain * Math.Sqrt(6 / NotZero(nameof(GlorotUniform), "sum of the fans", fanIn + fanOut, weight)));
        weight.FillRandom(generator, -bound, bound);
    }

    /// <summary>
    /// Kaiming uniform: values in [-a, a) with a = gain · √(3 / fan in), which keeps the variance through rectified layers.
    /// Source: He and others, 2015; PyTorch's <c>kaiming_uniform_</c> with mode fan_in.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="gain">A factor for the activation that follows; √2, for ReLU, if not given.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes, or its fan in is 0.</exception>
    public static void KaimingUniform(Tensor weight, Generator generator, float gain = 1.41421356f)
    {
        float bound = (float)(gain * Math.Sqrt(3 / FanIn(nameof(KaimingUniform), weight)));
        weight.FillRandom(generator, -bound, bound);
    }

    /// <summary>
    /// Kaiming normal: standard deviation gain / √(fan in). Source: He and others, 2015; PyTorch's <c>kaiming_normal_</c>.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="gain">A factor for the activation that follows; √2, for ReLU, if not given.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes, or its fan in is 0.</exception>
    public static void KaimingNormal(Tensor weight, Generator generator, float gain = 1.41421356f)
    {
        weight.FillRandomNormal(generator, 0, (float)(gain / Math.Sqrt(FanIn(nameof(KaimingNormal), weight))));
    }

    /// <summary>
    /// Orthogonal: with the axes behind the first as one, the rows (or the columns, if they are fewer) are perpendicular to each other
    /// and of length gain. Source: Saxe, McClelland and Ganguli, 2014; PyTorch's <c>orthogonal_</c>.
    /// </summary>
    /// <param name="weight">The tensor to fill, with at least two axes.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="gain">The length of the rows or columns.</param>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static void Orthogonal(Tensor weight, Generator generator, float gain = 1)
    {
        Fans(nameof(Orthogonal), weight);
        ArgumentNullException.ThrowIfNull(generator);
        if (weight.ElementCount == 0)
        {
            return;
        }

        int rows = weight.Shape[0];
        int columns = (int)(weight.ElementCount / rows);
        float[] values = Tensor.RandomNormal([rows, columns], generator).ToArray();
        bool byRows = rows <= columns;
        int vectors = Math.Min(rows, columns);
        int length = Math.Max(rows, columns);
        double[][] basis = new double[vectors][];
        for (int i = 0; i < vectors; i++)
        {
            double[] vector = new double[length];
            for (int j = 0; j < length; j++)
            {
                vector[j] = byRows ? values[(i * columns) + j] : values[(j * columns) + i];
            }

            basis[i] = vector;
            Orthonormalize(basis, i);
            for (int j = 0; j < length; j++)
            {
                values[byRows ? (i * columns) + j : (j * columns) + i] = (float)(gain * vector[j]);
            }
        }

        weight.CopyFrom(values);
    }

    /// <summary>The gain that an activation asks of the weights before it. The values are those of PyTorch's <c>calculate_gain</c>.</summary>
    /// <param name="activation">The activation that follows.</param>
    /// <returns>√2 for ReLU, √(2 / (1 + slope²)) for LeakyReLU, 5/3 for Tanh, 1 for Sigmoid and Softmax.</returns>
    /// <exception cref="ArgumentException">No gain is known for the layer.</exception>
    public static float Gain(Module activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        return activation switch
        {
            Relu => MathF.Sqrt(2),
            LeakyRelu leaky => MathF.Sqrt(2 / (1 + (leaky.NegativeSlope * leaky.NegativeSlope))),
            Tanh => 5f / 3,
            Sigmoid or Softmax => 1,
            _ => throw new ArgumentException(
                $"Gain: no gain is known for {activation.GetType().Name}. Give a number yourself; √2, that of ReLU, is usual for GELU and SiLU.", nameof(activation)),
        };
    }

    /// <summary>Zeros.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    public static void Zeros(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.Fill(0);
    }

    // Gram-Schmidt, twice, since once leaves rounding errors that grow with the number of vectors.
    private static void Orthonormalize(double[][] basis, int last)
    {
        double[] vector = basis[last];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int other = 0; other < last; other++)
            {
                double dot = 0;
                for (int j = 0; j < vector.Length; j++)
                {
                    dot += vector[j] * basis[other][j];
                }

                for (int j = 0; j < vector.Length; j++)
                {
                    vector[j] -= dot * basis[other][j];
                }
            }
        }

        double norm = Math.Sqrt(vector.Sum(value => value * value));
        for (int j = 0; j < vector.Length; j++)
        {
            vector[j] /= norm;
        }
    }

    private static double FanIn(string operation, Tensor weight)
    {
        (double fanIn, _) = Fans(operation, weight);
        return NotZero(operation, "fan in", fanIn, weight);
    }

    private static double NotZero(string operation, string name, double fans, Tensor weight) => fans > 0
        ? fans
        : throw new ShapeException(
            $"{operation}: the weight has shape {weight.Shape}, whose {name} is 0; the spread of the values is divided by it. Give a weight whose axes have at least one element each.");

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
