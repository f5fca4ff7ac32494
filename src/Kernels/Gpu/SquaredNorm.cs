namespace Quern.Kernels.Gpu;

/// <summary>The sum of squares: the square of the Euclidean norm.</summary>
internal static partial class SquaredNorm
{
    /// <summary>
    /// sums[s] = the sum of x[i]² over i = s, s + sections, s + 2 · sections, …. One work-item for each sum; their sum is left to
    /// <see cref="Sum"/>.
    /// </summary>
    /// <param name="x">The operand.</param>
    /// <param name="sums">The result: as many sums as there are sections.</param>
    [Kernel]
    public static void Run(ArrayView<float> x, ArrayView<float> sums)
    {
        int section = Grid.GlobalIndex.X;
        if (section < sums.IntLength)
        {
            float sum = 0f;
            for (int i = section; i < x.IntLength; i += sums.IntLength)
            {
                sum += x[i] * x[i];
            }

            sums[section] = sum;
        }
    }
}
