namespace Quern.Kernels.Gpu;

/// <summary>The cosine of an angle in radians.</summary>
internal static partial class Cos
{
    /// <summary>y = cos(x). One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] = Elementary.Cos(x[i]);
        }
    }
}
