namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>How element-wise work is cut: by size alone, so that the cut never depends on the number of threads.</summary>
internal static class Pieces
{
    /// <summary>Elements of a piece. One piece of memory-bound work takes about as long as waking a second thread pays for.</summary>
    public const int Length = 16384;

    /// <summary>How many pieces a number of elements makes.</summary>
    public static int Count(int length) => Division.RoundUp(length, Length);

    /// <summary>The elements of a piece where there may be only so many: whole multiples of <see cref="Length"/>.</summary>
    public static int LengthOfAtMost(int pieces, int length) => (length / pieces / Length * Length) + Length;

    /// <summary>How many elements a piece has: fewer in the last.</summary>
    public static int LengthOf(int piece, int length) => Math.Min(Length, length - (piece * Length));
}
