namespace Quern.Kernels.Gpu;

/// <summary>Where the largest along an axis is.</summary>
internal static partial class ArgMax
{
    /// <summary>
    /// result[i, k] = the first j for which x[i, j, k] is the largest; NaN counts as larger than any number. One work-item for each
    /// element of the result.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis: from 1 to 2²⁴, so that a float holds every place.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner], whole numbers.</param>
    [Kernel]
    public static void Run(ArrayView<float> x, int axis, int inner, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int row = i / inner;
            long start = ((long)row * axis * inner) + (i - (row * inner));
            int largest = Order(x[start]);
            int place = 0;
            for (int j = 1; j < axis; j++)
            {
                // A NaN is put above infinity, so that the comparison is one of integers.
                int value = Order(x[start + ((long)j * inner)]);
                place = value > largest ? j : place;
                largest = XMath.Max(value, largest);
            }

            result[i] = place;
        }
    }

    /// <summary>An integer that grows with the value; all NaN are one, above every number, and both zeros are one.</summary>
    internal static int Order(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        int magnitude = (int)XMath.Min(bits & 0x7FFFFFFFu, 0x7F800001u);
        bool isBelow = (bits >> 31) != 0u && magnitude <= 0x7F800000;
        return isBelow ? -magnitude : magnitude;
    }
}
