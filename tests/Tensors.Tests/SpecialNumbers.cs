namespace Quern.Tensors.Tests;

/// <summary>Zeros, infinities, NaN, the least, the largest and denormal numbers, and those at which formulas overflow.</summary>
internal static class SpecialNumbers
{
    /// <summary>Each of them once.</summary>
    public static float[] All { get; } =
    [
        0, -0f, 1, -1, 0.5f, -0.5f, 2, -3, 20, -20, 88, -87, 90, -90, 104, -104, 200, -200, 1e-30f, -1e-30f, 1e5f, 1e20f, -1e20f, 1e30f, 1e37f, -1e37f,
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue,
        1.17549435e-38f, -1.17549435e-38f, 1e-40f, -1e-40f, float.Epsilon, -float.Epsilon,
    ];

    /// <summary>One of each kind, for what is slow.</summary>
    public static float[] Few { get; } = [0, -0f, -2, 1e20f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 1e-40f];

    /// <summary>Those that a sum of a few is no less special for: none so large that the order of the terms decides whether it overflows.</summary>
    public static float[] Addends { get; } = [.. All.Where(number => !(Math.Abs(number) > 1e37f) || float.IsInfinity(number))];

    /// <summary>Rows of one magnitude and of several, with one special number or of nothing else.</summary>
    public static IEnumerable<float[]> Rows(params int[] lengths)
    {
        foreach (int length in lengths)
        {
            foreach (float special in All)
            {
                yield return [.. Enumerable.Repeat(special, length)];
                yield return RowWith(special, length);
            }

            foreach (float scale in (float[])[1e-30f, 1e18f, 1e30f, 5e37f])
            {
                yield return [.. Plain.Numbers(length, 2).Select(number => number * scale)];
            }
        }
    }

    /// <summary>A row of ordinary numbers but for the one in its middle.</summary>
    public static float[] RowWith(float special, int length)
    {
        float[] numbers = Plain.Numbers(length, 1);
        numbers[length / 2] = special;
        return numbers;
    }
}
