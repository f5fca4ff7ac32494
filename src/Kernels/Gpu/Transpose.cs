namespace Quern.Kernels.Gpu;

/// <summary>The transpose of a matrix.</summary>
internal static partial class Transpose
{
    /// <summary>Rows and columns of the square that a group turns round.</summary>
    public const int Side = 16;

    // One column more than a square needs: the columns of shared memory then lie in different banks.
    private const int SharedStride = Side + 1;

    /// <summary>result[j, i] = matrix[i, j]. One group for each square, from left to right, then down; both accesses run along rows.</summary>
    /// <param name="matrix">The matrix, [rows, columns].</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="across">How many squares cover the columns.</param>
    /// <param name="result">The result, [columns, rows].</param>
    [Kernel(Side, Side)]
    public static void Run(ArrayView<float> matrix, int rows, int columns, int across, ArrayView<float> result)
    {
        ArrayView<float> square = SharedMemory.Allocate<float>(Side * SharedStride);
        int top = Grid.IdxX / across * Side;
        int left = (Grid.IdxX - (Grid.IdxX / across * across)) * Side;
        int row = top + Group.IdxY;
        int column = left + Group.IdxX;
        if (row < rows && column < columns)
        {
            square[(Group.IdxY * SharedStride) + Group.IdxX] = matrix[((long)row * columns) + column];
        }

        Group.Barrier();
        row = left + Group.IdxY;
        column = top + Group.IdxX;
        if (row < columns && column < rows)
        {
            result[((long)row * rows) + column] = square[(Group.IdxX * SharedStride) + Group.IdxY];
        }
    }
}
