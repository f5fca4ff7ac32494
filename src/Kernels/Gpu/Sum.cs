namespace Quern.Kernels.Gpu;

/// <summary>The sum along an axis. The order of the additions depends on the sizes alone, so that a device always gives the same.</summary>
internal static partial class Sum
{
    /// <summary>
    /// result[i, s, k] = scale · the sum of x[i, j, k] over j = s, s + sections, s + 2 · sections, …, or that added to the result. One
    /// work-item for each element of the result. A long axis is folded to a few hundred sections first, and these to one.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="sections">How many sums an axis gives.</param>
    /// <param name="scale">The factor: 1, or 1/axis for a mean.</param>
    /// <param name="accumulate">Not 0 to add to the result.</param>
    /// <param name="result">The result, [outer, sections, inner].</param>
    [Kernel]
    public static void Fold(ArrayView<float> x, int axis, int inner, int sections, float scale, int accumulate, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int rest = i / inner;
            int row = rest / sections;
            int first = rest - (row * sections);
            long start = ((long)row * axis * inner) + (i - (rest * inner));
            float sum = 0f;
            for (int j = first; j < axis; j += sections)
            {
                sum += x[start + ((long)j * inner)];
            }

            sum *= scale;
            result[i] = accumulate != 0 ? result[i] + sum : sum;
        }
    }
}
