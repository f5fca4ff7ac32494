namespace Quern.Kernels.Gpu;

/// <summary>Rows of a table by their numbers, and the sums of gradients that go back to them.</summary>
internal static partial class Embedding
{
    /// <summary>The work-items of a group.</summary>
    public const int GroupSize = 64;

    /// <summary>How many groups to launch: as many for each row as cover its columns, row after row.</summary>
    public static LaunchSize Covering(int rows, int columns) => new(checked(Division.RoundUp(columns, GroupSize) * rows), GroupSize);

    /// <summary>result[i, :] = table[rows[i], :].</summary>
    /// <param name="table">The table: [rows of the table, columns].</param>
    /// <param name="rows">Which rows; the caller sees to it that the table has them.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="result">The result: [rows, columns].</param>
    [Kernel(GroupSize)]
    public static void Forward(ArrayView<float> table, ArrayView<int> rows, int columns, ArrayView<float> result)
    {
        int groups = Grid.DimX / rows.IntLength;
        int row = Grid.IdxX / groups;
        int column = ((Grid.IdxX - (row * groups)) * GroupSize) + Group.IdxX;
        if (column < columns)
        {
            result[((long)row * columns) + column] = table[((long)rows[row] * columns) + column];
        }
    }

    /// <summary>
    /// tableGradient[rows[i], :] += the sum of outputGradient[positions[j], :] with j from starts[i] to starts[i + 1], in this order. Rows that are not named stay as they are.
    /// </summary>
    /// <param name="outputGradient">The gradient of the output: [output rows, columns].</param>
    /// <param name="positions">Rows of the output.</param>
    /// <param name="rows">Rows of the table, each once.</param>
    /// <param name="starts">Where the positions of each row begin, and where the last end.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="tableGradient">What is added to: [rows of the table, columns].</param>
    [Kernel(GroupSize)]
    public static void Backward(
        ArrayView<float> outputGradient, ArrayView<int> positions, ArrayView<int> rows, ArrayView<int> starts, int columns, ArrayView<float> tableGradient)
    {
        int groups = Grid.DimX / rows.IntLength;
        int row = Grid.IdxX / groups;
        int column = ((Grid.IdxX - (row * groups)) * GroupSize) + Group.IdxX;
        if (column < columns)
        {
            long at = ((long)rows[row] * columns) + column;
            float sum = tableGradient[at];
            int end = starts[row + 1];
            for (int i = starts[row]; i < end; i++)
            {
                sum += outputGradient[((long)positions[i] * columns) + column];
            }

            tableGradient[at] = sum;
        }
    }
}
