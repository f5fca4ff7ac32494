namespace Quern.Kernels.Gpu;

/// <summary>The natural logarithm.</summary>
internal static partial class Log
{
    /// <summary>y = log(x). One work-item for each element.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result, as long as <paramref name="x"/>; it may be the same memory.</param>
    [Kernel]
    public static void Forward(ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] = Elementary.Log(x[i]);
        }
    }
}
