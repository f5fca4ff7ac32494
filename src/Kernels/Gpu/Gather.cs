namespace Quern.Kernels.Gpu;

/// <summary>Collects rows of bytes as floats: the next batch of pictures.</summary>
internal static partial class Gather
{
    /// <summary>result[i, j] = scale · source[rows[i], j]. One work-item for each column along x and each row along y.</summary>
    /// <param name="source">Rows of bytes, one after the other.</param>
    /// <param name="rows">Which rows to collect; the caller sees to it that the source has them.</param>
    /// <param name="rowLength">The bytes of a row.</param>
    /// <param name="scale">The factor: 1/255 brings a byte into the range from 0 to 1.</param>
    /// <param name="result">The result, [rows, rowLength].</param>
    [Kernel]
    public static void Run(ArrayView<byte> source, ArrayView<int> rows, int rowLength, float scale, ArrayView<float> result)
    {
        int row = Grid.GlobalIndex.Y;
        int column = Grid.GlobalIndex.X;
        if (column < rowLength)
        {
            result[((long)row * rowLength) + column] = source[((long)rows[row] * rowLength) + column] * scale;
        }
    }
}
