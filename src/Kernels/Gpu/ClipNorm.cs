namespace Quern.Kernels.Gpu;

/// <summary>Shortens a vector whose norm is known on the device alone, so that nothing waits for it.</summary>
internal static partial class ClipNorm
{
    /// <summary>x *= maxNorm / (norm + 1e-6) where this is less than 1. One work-item for each element.</summary>
    /// <param name="x">The vector, or a part of it.</param>
    /// <param name="norm">The whole vector's norm: one element.</param>
    /// <param name="maxNorm">The bound.</param>
    [Kernel]
    public static void Run(ArrayView<float> x, ArrayView<float> norm, float maxNorm)
    {
        int i = Grid.GlobalIndex.X;
        if (i < x.IntLength)
        {
            float factor = maxNorm / (norm[0] + 1e-6f);
            x[i] *= factor < 1f ? factor : 1f;
        }
    }
}
