namespace Quern.Kernels.Gpu;

/// <summary>Adds a multiple of one operand to another: BLAS's axpy.</summary>
internal static partial class AddScaled
{
    /// <summary>y += alpha · x. One work-item for each element.</summary>
    /// <param name="alpha">The factor.</param>
    /// <param name="x">What is added.</param>
    /// <param name="y">What it is added to, as long as <paramref name="x"/>.</param>
    [Kernel]
    public static void Run(float alpha, ArrayView<float> x, ArrayView<float> y)
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            y[i] += alpha * x[i];
        }
    }
}
