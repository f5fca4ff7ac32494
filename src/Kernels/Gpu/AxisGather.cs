namespace Quern.Kernels.Gpu;

/// <summary>Elements along an axis by their places.</summary>
internal static partial class AxisGather
{
    /// <summary>result[o, j, i] = x[o, index[o, j, i], i]. One work-item for each element of the result.</summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="axis">The size of the operand's axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="index">The places, whole numbers from 0 to axis - 1: [outer, count, inner], or [count] for the same places everywhere.</param>
    /// <param name="count">The size of the result's axis.</param>
    /// <param name="isSame">Not 0 where the places are the same everywhere.</param>
    /// <param name="result">The result, [outer, count, inner].</param>
    [Kernel]
    public static void Run(ArrayView<float> x, int axis, int inner, ArrayView<float> index, int count, int isSame, ArrayView<float> result)
    {
        int at = Grid.GlobalIndex.X;
        if (at < result.IntLength)
        {
            int row = at / inner;
            int outer = row / count;
            int chosen = isSame != 0 ? row - (outer * count) : at;
            int place = (int)index[chosen];
            result[at] = x[((((long)outer * axis) + place) * inner) + (at - (row * inner))];
        }
    }
}
