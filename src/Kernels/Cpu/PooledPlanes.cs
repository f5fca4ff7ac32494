using Quern.Kernels.Cpu.ElementWise;

namespace Quern.Kernels.Cpu;

/// <summary>The planes of pictures [planes, height, width] that a window moves over, each on its own.</summary>
internal static class PooledPlanes
{
    /// <summary>How many planes there are.</summary>
    /// <exception cref="ArgumentException">The lengths are not those of whole planes, or the window does not fit the pictures.</exception>
    public static int Count(string operation, int inputLength, int outputLength, in Window2d window)
    {
        window.Check(operation);
        Check.WholeRows(operation, inputLength, window.InputArea);
        int planes = inputLength / window.InputArea;
        Check.Length(operation, "the output", outputLength, (long)planes * window.OutputArea);
        return planes;
    }

    /// <summary>How many planes a piece of the work takes. A window may have more elements than there are numbers for it to see.</summary>
    public static int PerPiece(in Window2d window) =>
        (int)Math.Max(1, Pieces.Length / (window.OutputArea * Math.Min(window.LongArea, window.InputArea)));
}
