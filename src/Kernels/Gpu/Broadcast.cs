namespace Quern.Kernels.Gpu;

/// <summary>
/// How two operands are walked while the elements of a result are: a row of integers, first the number of axes, then for each
/// axis from the innermost its size, the left operand's stride and the right operand's. A stride of 0 repeats the operand.
/// </summary>
internal static class Broadcast
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxAxes = 6;

    /// <summary>How many integers describe a walk at most.</summary>
    public const int MaxWalkLength = 1 + (MaxAxes * AxisLength);

    /// <summary>The integers of one axis: size, left stride, right stride.</summary>
    public const int AxisLength = 3;

    /// <summary>Chooses the left operand's strides.</summary>
    public const int Left = 1;

    /// <summary>Chooses the right operand's strides.</summary>
    public const int Right = 2;

    /// <summary>Where an operand's element for a result's element lies.</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="operand"><see cref="Left"/> or <see cref="Right"/>.</param>
    /// <param name="index">The place of the result's element.</param>
    internal static int Offset(ArrayView<int> walk, int operand, int index)
    {
        int offset = 0;
        int axes = walk[0];
        for (int axis = 0; axis < axes; axis++)
        {
            int size = walk[1 + (axis * AxisLength)];
            int outer = index / size;
            offset += (index - (outer * size)) * walk[1 + (axis * AxisLength) + operand];
            index = outer;
        }

        return offset;
    }
}
