namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>The cut of a matrix into pieces of whole rows, by size alone.</summary>
internal static class RowPieces
{
    /// <summary>How many pieces there are.</summary>
    public static int Count(int rows, int columns) => Division.RoundUp(rows, PerPiece(columns));

    /// <summary>The first row of a piece.</summary>
    public static int Start(int piece, int columns) => piece * PerPiece(columns);

    /// <summary>The row after the last of a piece.</summary>
    public static int End(int piece, int rows, int columns)
    {
        int start = Start(piece, columns);
        return start + Math.Min(PerPiece(columns), rows - start);
    }

    private static int PerPiece(int columns) => Math.Max(1, Pieces.Length / Math.Max(1, columns));
}
