namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>The cut of several stretches of memory, each on its own, so that a piece never spans two.</summary>
internal static class SegmentPieces
{
    /// <summary>How many pieces a stretch makes.</summary>
    public static int Count(long length) => checked((int)((length + Pieces.Length - 1) / Pieces.Length));
}
