using Quern.Kernels.Cpu;

namespace Quern.Tensors;

// Random choices. Like all random numbers, they follow from the generator alone, whatever the device and the number of threads.
public sealed partial class Tensor
{
    private const int MostNumbered = Kernels.Cpu.ArgMax.LongestAxis;

    /// <summary>Ones with a probability, and zeros otherwise.</summary>
    /// <param name="shape">The lengths of the axes.</param>
    /// <param name="probability">The probability of a one: 0 to 1.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside its range.</exception>
    public static Tensor Bernoulli(Shape shape, double probability, Generator generator, Device? device = null)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Bernoulli: a probability lies between 0 and 1.");
        }

        Tensor numbers = Random(shape, generator, device: device);
        return numbers.Less(probability, numbers);
    }

    /// <summary>A one with the probability that each element of this tensor is, and a zero otherwise. A number below 0 counts as 0, one above 1 as 1, NaN as 0.</summary>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <returns>A tensor of this shape.</returns>
    public Tensor Bernoulli(Generator generator)
    {
        Tensor numbers = Random(Shape, generator, device: Device);
        return numbers.Less(this, numbers);
    }

    /// <summary>The whole numbers from 0 to below a count, in random order.</summary>
    /// <param name="count">How many numbers: 0 to 2²⁴, since a float numbers no more.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count lies outside its range.</exception>
    public static Tensor Permutation(int count, Generator generator, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostNumbered);
        int[] order = new int[count];
        Philox.Permutation(generator.Seed, generator.NextStream(), order);
        return From((ReadOnlySpan<int>)order, [count], device);
    }

    /// <summary>
    /// Classes drawn at random, each with a probability in proportion to its weight: this tensor holds the weights, [classes] or [rows, classes]. They are
    /// worked through on the host, so this waits for the device.
    /// </summary>
    /// <param name="count">How many classes to draw from each row: 0 or more.</param>
    /// <param name="generator">The generator of the random numbers.</param>
    /// <param name="replacement">Whether a class may be drawn again. If not, the classes come in the order of drawing.</param>
    /// <returns>Class numbers, [count] or [rows, count].</returns>
    /// <exception cref="ShapeException">This tensor has neither one axis nor two, or an axis of classes longer than 2²⁴.</exception>
    /// <exception cref="ArgumentException">
    /// A weight is negative or not finite, a row has no weight above 0, or fewer of them than are to be drawn without replacement.
    /// </exception>
    public Tensor Multinomial(int count, Generator generator, bool replacement = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (Rank is not (1 or 2) || Shape[^1] > MostNumbered)
        {
            throw new ShapeException($"Multinomial: the tensor has shape {Shape}; weights are [classes] or [rows, classes], with at most {MostNumbered} classes.");
        }

        int classes = Shape[^1];
        int rows = Rank == 1 ? 1 : Shape[0];
        float[] weights = ToArray();
        float[] drawn = new float[(long)rows * count];
        int draws = replacement ? count : classes;
        float[] uniform = Random([rows, draws, 2], generator).ToArray();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> mine = weights.AsSpan(row * classes, classes);
            CheckWeights(mine, row, count, replacement);
            ReadOnlySpan<float> numbers = uniform.AsSpan(2 * row * draws, 2 * draws);
            Span<float> places = drawn.AsSpan(row * count, count);
            if (replacement)
            {
                DrawWithReplacement(mine, numbers, places);
            }
            else
            {
                DrawWithoutReplacement(mine, numbers, places);
            }
        }

        return From((ReadOnlySpan<float>)drawn, Rank == 1 ? [count] : [rows, count], Device);
    }

    private static void CheckWeights(ReadOnlySpan<float> weights, int row, int count, bool replacement)
    {
        int above = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !float.IsFinite(weights[i]))
            {
                throw new ArgumentException($"Multinomial: the weight of class {i} in row {row} is {weights[i]}; weights are finite, and zero or more.");
            }

            above += weights[i] > 0 ? 1 : 0;
        }

        int needed = replacement ? Math.Min(1, count) : count;
        if (above < needed)
        {
            throw new ArgumentException(
                $"Multinomial: {above} classes of row {row} have a weight above 0, and {needed} are needed.{(replacement || above == 0 ? string.Empty : " Draw fewer, or with replacement.")}");
        }
    }

    // The first class up to which the weights add up to more than a uniformly distributed part of their sum.
    private static void DrawWithReplacement(ReadOnlySpan<float> weights, ReadOnlySpan<float> uniform, Span<float> places)
    {
        double[] sums = new double[weights.Length];
        double sum = 0;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            sums[i] = sum;
            last = weights[i] > 0 ? i : last;
        }

        for (int i = 0; i < places.Length; i++)
        {
            int low = 0;
            int high = last;
            double part = Uniform(uniform, i) * sum;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = sums[middle] > part ? (low, middle) : (middle + 1, high);
            }

            places[i] = low;
        }
    }

    // Each class waits for a time that is exponentially distributed with its weight for rate; those whose times come first are drawn. Source:
    // Efraimidis and Spirakis, 2006.
    private static void DrawWithoutReplacement(ReadOnlySpan<float> weights, ReadOnlySpan<float> uniform, Span<float> places)
    {
        double[] times = new double[weights.Length];
        int[] classes = new int[weights.Length];
        for (int i = 0; i < times.Length; i++)
        {
            classes[i] = i;
            times[i] = weights[i] > 0 ? -Math.Log(1 - Uniform(uniform, i)) / weights[i] : double.PositiveInfinity;
        }

        Array.Sort(times, classes);
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = classes[i];
        }
    }

    // A number from 0 to below 1 with 48 bits, made of two that have 24.
    private static double Uniform(ReadOnlySpan<float> uniform, int i) => uniform[2 * i] + (uniform[(2 * i) + 1] / (double)(1 << 24));
}
