namespace Quern.Kernels.Gpu;

/// <summary>Collects rows of bytes as floats: the next batch of pictures.</summary>
internal static partial class Gather
{
    /// <summary>The work-items of a group.</summary>
    public const int GroupSize = 256;

    /// <summary>result[i, j] = scale · source[rows[i], j]. As many groups for each row as cover its columns, row after row.</summary>
    /// <param name="source">Rows of bytes, one after the other.</param>
    /// <param name="rows">Which rows to collect; the caller sees to it that the source has them.</param>
    /// <param name="rowLength">The bytes of a row.</param>
    /// <param name="scale">The factor: 1/255 brings a byte into the range from 0 to 1.</param>
    /// <param name="result">The result, [rows, rowLength].</param>
    [Kernel(GroupSize)]
    public static void Run(ArrayView<byte> source, ArrayView<int> rows, int rowLength, float scale, ArrayView<float> result)
    {
        int row = Grid.IdxX / (Grid.DimX / rows.IntLength);
        int column = ((Grid.IdxX - (row * (Grid.DimX / rows.IntLength))) * GroupSize) + Group.IdxX;
        if (column < rowLength)
        {
            result[((long)row * rowLength) + column] = source[((long)rows[row] * rowLength) + column] * scale;
        }
    }
}
