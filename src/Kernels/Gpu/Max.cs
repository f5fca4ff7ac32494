namespace Quern.Kernels.Gpu;

/// <summary>The largest along an axis; NaN where there is one.</summary>
internal static partial class Max
{
    /// <summary>
    /// result[i, s, k] = the largest of x[i, j, k] over j = s, s + sections, s + 2 · sections, …. One work-item for each element of the
    /// result. A long axis is folded to a few hundred sections first, and these to one.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced: at least 1.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="sections">How many results an axis gives: at most <paramref name="axis"/>.</param>
    /// <param name="result">The result, [outer, sections, inner].</param>
    [Kernel]
    public static void Fold(ArrayView<float> x, int axis, int inner, int sections, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int rest = i / inner;
            int row = rest / sections;
            int first = rest - (row * sections);
            long start = ((long)row * axis * inner) + (i - (rest * inner));
            float chosen = x[start + ((long)first * inner)];
            for (int j = first + sections; j < axis; j += sections)
            {
                chosen = Maximum.Choose(chosen, x[start + ((long)j * inner)]);
            }

            result[i] = chosen;
        }
    }
}
