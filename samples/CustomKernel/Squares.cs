using Quern.Kernels;
using Quern.Kernels.Language;

/// <summary>A GPU kernel of one's own: plain C#, translated to OpenCL C when this project is built.</summary>
internal static partial class Squares
{
    /// <summary>Writes i² to element i of <paramref name="output"/>.</summary>
    [Kernel]
    public static void Fill(ArrayView<float> output, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            output[i] = i * i;
        }
    }
}
