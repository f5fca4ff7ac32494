namespace Quern.Kernels.Gpu;

/// <summary>One of two numbers, for which order and repetition do not matter; NaN where either is.</summary>
internal interface IChoice
{
    /// <summary>The number that is kept.</summary>
    static abstract float Choose(float left, float right);
}

/// <summary>What the kernels of the largest and the smallest along an axis share.</summary>
internal static class ExtremeLoop
{
    /// <summary>result[i, s, k] = the choice among x[i, j, k] over the section s of j.</summary>
    public static void Run<TChoice>(
        ArrayView<float> shared,
        ArrayView<float> x,
        int axis,
        int inner,
        int sections,
        int length,
        int lanes,
        ArrayView<float> result,
        int results)
        where TChoice : struct, IChoice
    {
        int place = Group.IdxX;
        int lane = AxisLanes.Lane(lanes, inner);
        int distance = AxisLanes.Distance(lanes, inner);
        int i = AxisLanes.Result(lanes, inner);

        // A work-item beyond the last result repeats that one, a lane beyond the last element the first: it changes nothing.
        int inside = XMath.Min(i, results - 1);
        int rest = inside / inner;
        int row = rest / sections;
        int first = (rest - (row * sections)) * length;
        int count = XMath.Min(length, axis - first);
        long start = ((((long)row * axis) + first) * inner) + (inside - (rest * inner));
        long step = (long)lanes * inner;
        float chosen = x[start];
        int j = lane;
        for (; j < count - (7 * lanes); j += 8 * lanes)
        {
            long at = start + ((long)j * inner);
            float x0 = x[at];
            float x1 = x[at + step];
            float x2 = x[at + (2 * step)];
            float x3 = x[at + (3 * step)];
            float x4 = x[at + (4 * step)];
            float x5 = x[at + (5 * step)];
            float x6 = x[at + (6 * step)];
            float x7 = x[at + (7 * step)];
            float low = TChoice.Choose(TChoice.Choose(x0, x1), TChoice.Choose(x2, x3));
            float high = TChoice.Choose(TChoice.Choose(x4, x5), TChoice.Choose(x6, x7));
            chosen = TChoice.Choose(chosen, TChoice.Choose(low, high));
        }

        for (; j < count; j += lanes)
        {
            chosen = TChoice.Choose(chosen, x[start + ((long)j * inner)]);
        }

        shared[place] = chosen;
        Group.Barrier();
        for (int half = lanes >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                shared[place] = TChoice.Choose(shared[place], shared[place + (half * distance)]);
            }

            Group.Barrier();
        }

        if (lane == 0 && i < results)
        {
            result[i] = shared[place];
        }
    }
}
