namespace Quern.Kernels.Gpu;

/// <summary>The left operand to the power of the right.</summary>
internal static partial class Power
{
    /// <summary>result = left ^ right. One work-item for each element.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, as long as the operands; it may be the same memory as either.</param>
    [Kernel]
    public static void Run(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            result[i] = Elementary.Pow(left[i], right[i]);
        }
    }

    /// <summary>The same with operands that are broadcast to the result's shape.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="result">The result, row-major; it may be the memory of an operand that is not repeated.</param>
    /// <param name="walk">How the operands are walked: see <see cref="Broadcast"/>.</param>
    [Kernel]
    public static void RunBroadcast(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result, ArrayView<int> walk)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            float a = left[Broadcast.Offset(walk, Broadcast.Left, i)];
            float b = right[Broadcast.Offset(walk, Broadcast.Right, i)];
            result[i] = Elementary.Pow(a, b);
        }
    }
}
