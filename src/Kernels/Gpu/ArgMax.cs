namespace Quern.Kernels.Gpu;

/// <summary>Where the largest along an axis is.</summary>
internal static partial class ArgMax
{
    /// <summary>
    /// result[i, k] = the first j for which x[i, j, k] is the largest; NaN counts as larger than any number. Work is shared out as
    /// <see cref="AxisLanes"/> says, with one section.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis: from 1 to 2²⁴, so that a float holds every place.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="lanes">The lanes of a result.</param>
    /// <param name="result">The result, [outer, inner], whole numbers.</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run(ArrayView<float> x, int axis, int inner, int lanes, ArrayView<float> result)
    {
        ArrayView<int> orders = SharedMemory.Allocate<int>(AxisLanes.GroupSize);
        ArrayView<int> places = SharedMemory.Allocate<int>(AxisLanes.GroupSize);
        int item = Group.IdxX;
        int lane = AxisLanes.Lane(lanes, inner);
        int distance = AxisLanes.Distance(lanes, inner);
        int i = AxisLanes.Result(lanes, inner);
        int inside = XMath.Min(i, result.IntLength - 1);
        int row = inside / inner;
        long start = ((long)row * axis * inner) + (inside - (row * inner));
        long step = (long)lanes * inner;

        // A NaN is put above infinity, so that comparisons are those of integers. A lane beyond the last element repeats the first.
        int largest = Order(x[start]);
        int place = 0;
        int j = lane;
        for (; j < axis - (3 * lanes); j += 4 * lanes)
        {
            long at = start + ((long)j * inner);
            int x0 = Order(x[at]);
            int x1 = Order(x[at + step]);
            int x2 = Order(x[at + (2 * step)]);
            int x3 = Order(x[at + (3 * step)]);
            int low = XMath.Max(x0, x1);
            int value = XMath.Max(low, XMath.Max(x2, x3));
            if (value > largest)
            {
                int lowPlace = x0 == value ? j : j + lanes;
                int highPlace = x2 == value ? j + (2 * lanes) : j + (3 * lanes);
                place = low == value ? lowPlace : highPlace;
                largest = value;
            }
        }

        for (; j < axis; j += lanes)
        {
            int value = Order(x[start + ((long)j * inner)]);
            place = value > largest ? j : place;
            largest = XMath.Max(value, largest);
        }

        orders[item] = largest;
        places[item] = place;
        Group.Barrier();
        for (int half = lanes >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                int other = item + (half * distance);
                int otherPlace = places[other];
                int firstOfEquals = orders[other] == orders[item] ? XMath.Min(places[item], otherPlace) : places[item];
                places[item] = orders[other] > orders[item] ? otherPlace : firstOfEquals;
                orders[item] = XMath.Max(orders[item], orders[other]);
            }

            Group.Barrier();
        }

        if (lane == 0 && i < result.IntLength)
        {
            result[i] = places[item];
        }
    }

    /// <summary>As <see cref="Run"/>, one work-item for each result, without a barrier: the form that a processor's compiler vectorises.</summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis: from 1 to 2²⁴.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, [outer, inner], whole numbers.</param>
    [Kernel]
    public static void RunSerial(ArrayView<float> x, int axis, int inner, ArrayView<float> result)
    {
        int i = Grid.GlobalIndex.X;
        if (i < result.IntLength)
        {
            int row = i / inner;
            long start = ((long)row * axis * inner) + (i - (row * inner));
            int largest = Order(x[start]);
            int place = 0;
            for (int j = 1; j < axis; j++)
            {
                int value = Order(x[start + ((long)j * inner)]);
                place = value > largest ? j : place;
                largest = XMath.Max(value, largest);
            }

            result[i] = place;
        }
    }

    /// <summary>An integer that grows with the value; all NaN are one, above every number, and both zeros are one.</summary>
    internal static int Order(float value)
    {
        uint bits = Interop.FloatAsInt(value);
        int magnitude = (int)XMath.Min(bits & 0x7FFFFFFFu, 0x7F800001u);
        bool isBelow = (bits >> 31) != 0u && magnitude <= 0x7F800000;
        return isBelow ? -magnitude : magnitude;
    }
}
