namespace Quern.Kernels.Gpu;

/// <summary>Copies elements from any regular places to any others: what permutes, slices, repeats, flips and joins.</summary>
internal static partial class StridedCopy
{
    /// <summary>result[right place] = source[left place], for every place of a walk. One work-item for each place.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="sourceOffset">Where the walk begins to read.</param>
    /// <param name="walk">The places, as <see cref="Broadcast"/> describes them; strides may be negative.</param>
    /// <param name="count">How many places there are.</param>
    /// <param name="resultOffset">Where the walk begins to write.</param>
    /// <param name="result">What is written; it must not overlap the source.</param>
    [Kernel]
    public static void Run(ArrayView<float> source, int sourceOffset, ArrayView<int> walk, int count, int resultOffset, ArrayView<float> result)
    {
        int place = Grid.GlobalIndex.X;
        if (place < count)
        {
            int from = sourceOffset + Broadcast.Offset(walk, Broadcast.Left, place);
            int to = resultOffset + Broadcast.Offset(walk, Broadcast.Right, place);
            result[to] = source[from];
        }
    }
}
