namespace Quern.Kernels.Gpu;

/// <summary>Describes to the kernels how operands are broadcast: writes what <see cref="Broadcast"/> reads.</summary>
internal static class BroadcastWalk
{
    /// <summary>Writes a walk. Axes that both operands walk as one are merged, and those of size 1 left out.</summary>
    /// <param name="shape">The result's shape: at most 6 axes.</param>
    /// <param name="left">How the left operand is walked.</param>
    /// <param name="right">How the right operand is walked.</param>
    /// <param name="walk">Receives the walk: <see cref="Broadcast.MaxWalkLength"/> integers are always enough.</param>
    /// <returns>How many integers were written.</returns>
    public static int Write(ReadOnlySpan<int> shape, BroadcastStrides left, BroadcastStrides right, Span<int> walk)
    {
        int axes = 0;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            Span<int> inner = axes == 0 ? default : walk.Slice(1 + ((axes - 1) * Broadcast.AxisLength), Broadcast.AxisLength);
            if (axes > 0
                && left[axis] == (long)inner[0] * inner[Broadcast.Left]
                && right[axis] == (long)inner[0] * inner[Broadcast.Right])
            {
                inner[0] *= shape[axis];
                continue;
            }

            int place = 1 + (axes * Broadcast.AxisLength);
            walk[place] = shape[axis];
            walk[place + Broadcast.Left] = left[axis];
            walk[place + Broadcast.Right] = right[axis];
            axes++;
        }

        walk[0] = axes;
        return 1 + (axes * Broadcast.AxisLength);
    }
}
