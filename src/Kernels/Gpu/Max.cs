namespace Quern.Kernels.Gpu;

/// <summary>The largest along an axis; NaN where there is one.</summary>
internal static partial class Max
{
    /// <summary>
    /// result[i, s, k] = the largest of x[i, j, k] over the section s of j. Work is shared out as <see cref="AxisLanes"/> says; the results of
    /// several sections are folded once more.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced: at least 1.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="sections">The sections of an axis.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="result">The result, [outer, sections, inner].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Fold(ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, ArrayView<float> result)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(AxisLanes.GroupSize);
        ExtremeLoop.Run<Greatest>(shared, x, axis, inner, sections, length, lanes, result, result.IntLength);
    }

    private readonly struct Greatest : IChoice
    {
        public static float Choose(float left, float right) => DeviceScalar.Max(left, right);
    }
}
