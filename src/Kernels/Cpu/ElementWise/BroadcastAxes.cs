namespace Quern.Kernels.Cpu.ElementWise;

/// <summary>The axes of a result that operands are broadcast to, outermost first.</summary>
internal unsafe struct BroadcastAxes
{
    /// <summary>The most there are: one more than a caller may give, for rows of one element.</summary>
    public const int Most = BroadcastStrides.MaxAxes + 1;

    /// <summary>The axes' lengths.</summary>
    public fixed int Sizes[Most];

    /// <summary>How many axes there are.</summary>
    public int Count;

    /// <summary>Elements of a row, along the innermost axis.</summary>
    public readonly int RowLength => Sizes[Count - 1];
}
