namespace Quern.Kernels.Gpu;

/// <summary>What is added up of an element.</summary>
internal interface ITerm
{
    /// <summary>The term of an element.</summary>
    static abstract float Plain(float value);

    /// <summary>The same in the unit of a <see cref="SumPair"/>, from the element, so that it does not overflow.</summary>
    static abstract float Scaled(float value);

    /// <summary>A sum of terms in the unit.</summary>
    static abstract float Scale(float sum);
}

/// <summary>
/// The sum along an axis, of which no partial sum overflows. The order of the additions depends on the sizes alone, so that a device always
/// gives the same. The error is at most 24 · 2⁻²⁴ times the sum of the magnitudes, however many there are: slabs of eight are added
/// pairwise, a lane's slabs with their rounding errors kept, and the lanes pairwise, in each of two launches at most.
/// </summary>
internal static partial class Sum
{
    /// <summary>
    /// result[i, k] = scale · the sum over j of x[i, j, k], or that added to the result. Work is shared out as <see cref="AxisLanes"/> says.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="lanes">The lanes of a result.</param>
    /// <param name="scale">The factor: 1, or 1/axis for a mean.</param>
    /// <param name="accumulate">Not 0 to add to the result.</param>
    /// <param name="result">The result, [outer, inner].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Fold(ArrayView<float> x, int axis, int inner, int lanes, float scale, int accumulate, ArrayView<float> result)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int i = AxisLanes.Result(lanes, inner);
        int lane = AxisLanes.Lane(lanes, inner);
        int count = i < result.IntLength ? axis : 0;
        int row = i / inner;
        long start = ((long)row * axis * inner) + (i - (row * inner));
        SumPair sum = AxisLanes.Sum(
            shared, lanes, lane, AxisLanes.Distance(lanes, inner), OfLane<Identity>(x, start, inner, lane, count, lanes));
        if (lane == 0 && i < result.IntLength)
        {
            float value = SumPair.Times(sum, scale);
            result[i] = accumulate != 0 ? result[i] + value : value;
        }
    }

    /// <summary>
    /// first[k] = the sum over j of x[j, k], and rest[k] the same of a second matrix behind it, or that added to them: two results of one launch. Work is
    /// shared out as <see cref="AxisLanes"/> says.
    /// </summary>
    /// <param name="x">The operands, [axis, first.Length] and then [axis, rest.Length], row-major.</param>
    /// <param name="axis">The rows.</param>
    /// <param name="lanes">The lanes of a result.</param>
    /// <param name="accumulate">Not 0 to add to the first result.</param>
    /// <param name="first">The first result.</param>
    /// <param name="accumulateRest">Not 0 to add to the other.</param>
    /// <param name="rest">The other; it may be empty.</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void FoldBoth(ArrayView<float> x, int axis, int lanes, int accumulate, ArrayView<float> first, int accumulateRest, ArrayView<float> rest)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int firstLength = first.IntLength;
        int length = firstLength + rest.IntLength;
        int i = AxisLanes.Result(lanes, length);
        int lane = AxisLanes.Lane(lanes, length);
        int other = i - firstLength;
        int count = i < length ? axis : 0;
        int row = other < 0 ? firstLength : rest.IntLength;
        long start = other < 0 ? i : ((long)axis * firstLength) + other;
        SumPair sum = AxisLanes.Sum(
            shared, lanes, lane, AxisLanes.Distance(lanes, length), OfLane<Identity>(x, start, row, lane, count, lanes));
        if (lane == 0 && i < length)
        {
            float value = SumPair.Times(sum, 1f);
            if (other < 0)
            {
                first[i] = accumulate != 0 ? first[i] + value : value;
            }
            else
            {
                rest[other] = accumulateRest != 0 ? rest[other] + value : value;
            }
        }
    }

    /// <summary>
    /// sums[i, s, k] = the sum of x[i, j, k] over the section s of j, and behind all of these the same in the unit of a <see cref="SumPair"/>.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="sections">The sections of an axis.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, outer, sections, inner].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void FoldSections(ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int i = AxisLanes.Result(lanes, inner);
        int lane = AxisLanes.Lane(lanes, inner);
        int results = (int)((uint)sums.IntLength >> 1);
        int rest = i / inner;
        int row = rest / sections;
        int first = (rest - (row * sections)) * length;
        int count = i < results ? XMath.Min(length, axis - first) : 0;
        long start = ((((long)row * axis) + first) * inner) + (i - (rest * inner));
        SumPair sum = AxisLanes.Sum(
            shared, lanes, lane, AxisLanes.Distance(lanes, inner), OfLane<Identity>(x, start, inner, lane, count, lanes));
        if (lane == 0 && i < results)
        {
            sums[i] = sum.Plain;
            sums[results + i] = sum.Scaled;
        }
    }

    /// <summary>result[i, k] = scale · the sum of what <see cref="FoldSections"/> and its like gave, or that added to the result.</summary>
    /// <param name="sums">The sums of sections, [2, outer, sections, inner].</param>
    /// <param name="sections">The sections of an axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="lanes">The lanes of a result.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="accumulate">Not 0 to add to the result.</param>
    /// <param name="result">The result, [outer, inner].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Join(ArrayView<float> sums, int sections, int inner, int lanes, float scale, int accumulate, ArrayView<float> result)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int i = AxisLanes.Result(lanes, inner);
        int lane = AxisLanes.Lane(lanes, inner);
        int count = i < result.IntLength ? sections : 0;
        int row = i / inner;
        long start = ((long)row * sections * inner) + (i - (row * inner));
        SumPair sum = AxisLanes.Sum(
            shared,
            lanes,
            lane,
            AxisLanes.Distance(lanes, inner),
            OfSections(sums, start, (uint)sums.IntLength >> 1, inner, lane, count, lanes));
        if (lane == 0 && i < result.IntLength)
        {
            float value = SumPair.Times(sum, scale);
            result[i] = accumulate != 0 ? result[i] + value : value;
        }
    }

    /// <summary>The sum over a lane's elements, those at first, first + lanes, … below count, each a number of places apart in memory.</summary>
    internal static SumPair OfLane<TTerm>(ArrayView<float> x, long start, int distance, int first, int count, int lanes)
        where TTerm : struct, ITerm
    {
        Total total = Total.Zero();
        long step = (long)lanes * distance;
        int j = first;
        for (; j < count - (7 * lanes); j += 8 * lanes)
        {
            long at = start + ((long)j * distance);
            float x0 = x[at];
            float x1 = x[at + step];
            float x2 = x[at + (2 * step)];
            float x3 = x[at + (3 * step)];
            float x4 = x[at + (4 * step)];
            float x5 = x[at + (5 * step)];
            float x6 = x[at + (6 * step)];
            float x7 = x[at + (7 * step)];
            float low = (TTerm.Plain(x0) + TTerm.Plain(x1)) + (TTerm.Plain(x2) + TTerm.Plain(x3));
            float high = (TTerm.Plain(x4) + TTerm.Plain(x5)) + (TTerm.Plain(x6) + TTerm.Plain(x7));
            total = Total.Add(total, low + high);
        }

        for (; j < count; j += lanes)
        {
            total = Total.Add(total, TTerm.Plain(x[start + ((long)j * distance)]));
        }

        float plain = Total.Value(total);
        float scaled = TTerm.Scale(plain);
        if (!Total.IsFinite(plain))
        {
            Total small = Total.Zero();
            for (j = first; j < count; j += lanes)
            {
                small = Total.Add(small, TTerm.Scaled(x[start + ((long)j * distance)]));
            }

            scaled = Total.Value(small);
        }

        return SumPair.Of(plain, scaled);
    }

    /// <summary>The sum over a lane's sections.</summary>
    internal static SumPair OfSections(ArrayView<float> sums, long start, long scaledSums, int distance, int first, int count, int lanes)
    {
        Total plain = Total.Zero();
        Total scaled = Total.Zero();
        long step = (long)lanes * distance;
        int j = first;
        for (; j < count - (3 * lanes); j += 4 * lanes)
        {
            long at = start + ((long)j * distance);
            long scaledAt = at + scaledSums;
            float x0 = sums[at];
            float x1 = sums[at + step];
            float x2 = sums[at + (2 * step)];
            float x3 = sums[at + (3 * step)];
            float y0 = sums[scaledAt];
            float y1 = sums[scaledAt + step];
            float y2 = sums[scaledAt + (2 * step)];
            float y3 = sums[scaledAt + (3 * step)];
            plain = Total.Add(plain, (x0 + x1) + (x2 + x3));
            scaled = Total.Add(scaled, (y0 + y1) + (y2 + y3));
        }

        for (; j < count; j += lanes)
        {
            long at = start + ((long)j * distance);
            plain = Total.Add(plain, sums[at]);
            scaled = Total.Add(scaled, sums[at + scaledSums]);
        }

        return SumPair.Of(Total.Value(plain), Total.Value(scaled));
    }

    private readonly struct Identity : ITerm
    {
        public static float Plain(float value) => value;

        public static float Scaled(float value) => value * Total.Unit;

        public static float Scale(float sum) => sum * Total.Unit;
    }
}
