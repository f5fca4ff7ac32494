namespace Quern.Tensors;

// Tensors of numbers that follow a rule. They are worked out on the host, in double precision, and so are the same on every device.
public sealed partial class Tensor
{
    /// <summary>The whole numbers from 0 to below an end.</summary>
    /// <param name="end">The end, which is not among them: 0 or more.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ArgumentException">The end is below 0 or not finite.</exception>
    public static Tensor Arange(double end, Device? device = null) => Arange(0, end, 1, device);

    /// <summary>Numbers at equal distances: start, start + step, and so on, to below the end, or to above it where the step is negative.</summary>
    /// <remarks>There are ⌈(end - start) / step⌉ of them; where the step is no whole number, rounding may let the last one reach the end. <see cref="Linspace"/> takes their number instead.</remarks>
    /// <param name="start">The first number.</param>
    /// <param name="end">The end, which is not among them.</param>
    /// <param name="step">The distance: not 0, and below 0 where the end is below the start.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ArgumentException">The step is 0 or leads away from the end, a number is not finite, or there are more than <see cref="int.MaxValue"/>.</exception>
    public static Tensor Arange(double start, double end, double step = 1, Device? device = null)
    {
        double count = Math.Ceiling((end - start) / step);
        if (!double.IsFinite(start) || !double.IsFinite(end) || !double.IsFinite(step) || !(count >= 0) || count > int.MaxValue)
        {
            throw new ArgumentException(
                $"Arange: from {start} to {end} in steps of {step} is no sequence of at most {int.MaxValue} numbers. Give finite numbers, and a step towards the end.");
        }

        float[] numbers = new float[(int)count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)(start + (i * step));
        }

        return From((ReadOnlySpan<float>)numbers, [numbers.Length], device);
    }

    /// <summary>So many numbers at equal distances, both ends among them.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The last number, if there are more than one.</param>
    /// <param name="steps">How many numbers: 0 or more.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public static Tensor Linspace(double start, double end, int steps, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        float[] numbers = new float[steps];
        double step = (end - start) / Math.Max(1, steps - 1);
        for (int i = 0; i < steps; i++)
        {
            // From the nearer end, so that both are met and the sequence is the same backwards.
            numbers[i] = (float)(2 * i < steps ? start + (i * step) : end - ((steps - 1 - i) * step));
        }

        return From((ReadOnlySpan<float>)numbers, [steps], device);
    }

    /// <summary>A matrix with ones on its diagonal and zeros elsewhere.</summary>
    /// <param name="rows">How many rows: 0 or more.</param>
    /// <param name="columns">How many columns; as many as rows if omitted.</param>
    /// <param name="device">The device of the tensor; the CPU if omitted.</param>
    /// <exception cref="ShapeException">A number is negative.</exception>
    public static Tensor Eye(int rows, int? columns = null, Device? device = null)
    {
        Shape shape = [rows, columns ?? rows];
        float[] numbers = new float[shape.ElementCount];
        for (int i = 0; i < Math.Min(shape[0], shape[1]); i++)
        {
            numbers[((long)i * shape[1]) + i] = 1;
        }

        return From((ReadOnlySpan<float>)numbers, shape, device);
    }
}
