namespace Quern.Kernels.Gpu;

/// <summary>The Euclidean norm: no square overflows on the way to it, and its error is half of that of a <see cref="Sum"/>.</summary>
internal static partial class Norm
{
    /// <summary>sums[s] = the sum of x² over the section s, and behind all of these the same in the unit of a <see cref="SumPair"/>, twice.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, sections].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void FoldSections(ArrayView<float> x, int length, int lanes, ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int i = AxisLanes.Result(lanes, 1);
        int lane = AxisLanes.Lane(lanes, 1);
        int sections = (int)((uint)sums.IntLength >> 1);
        long start = (long)i * length;
        int count = i < sections ? (int)XMath.Min((long)length, x.Length - start) : 0;
        SumPair sum = AxisLanes.Sum(shared, lanes, lane, 1, Sum.OfLane<Square>(x, start, 1, lane, count, lanes));
        if (lane == 0 && i < sections)
        {
            sums[i] = sum.Plain;
            sums[sections + i] = sum.Scaled;
        }
    }

    /// <summary>result = the root of the sum of the sections, or √(result² + that sum).</summary>
    /// <param name="sums">What <see cref="FoldSections"/> gave, [2, sections]; it may be empty.</param>
    /// <param name="lanes">The lanes: all of them fold one result.</param>
    /// <param name="accumulate">Not 0 to add to the result.</param>
    /// <param name="result">The result: one element.</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Join(ArrayView<float> sums, int lanes, int accumulate, ArrayView<float> result)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int lane = AxisLanes.Lane(lanes, 1);
        int sections = (int)((uint)sums.IntLength >> 1);
        int count = AxisLanes.Result(lanes, 1) == 0 ? sections : 0;
        SumPair sum = AxisLanes.Sum(shared, lanes, lane, 1, Sum.OfSections(sums, 0, sections, 1, lane, count, lanes));
        if (Grid.GlobalIndex.X == 0)
        {
            float norm = Total.IsFinite(sum.Plain) ? XMath.Sqrt(sum.Plain) : XMath.Sqrt(sum.Scaled) / Total.Unit;
            result[0] = accumulate != 0 ? Hypotenuse(result[0], norm) : norm;
        }
    }

    /// <summary>√(a² + b²) for a, b ≥ 0, through the quotient of the lesser to the greater.</summary>
    private static float Hypotenuse(float a, float b)
    {
        float greater = DeviceScalar.Max(a, b);
        float quotient = DeviceScalar.Min(a, b) / greater;
        float hypotenuse = greater * XMath.Sqrt(1f + (quotient * quotient));
        float finite = greater < float.PositiveInfinity ? hypotenuse : greater;
        return greater > 0f ? finite : greater;
    }

    private readonly struct Square : ITerm
    {
        public static float Plain(float value) => value * value;

        public static float Scaled(float value) => value * Total.Unit * (value * Total.Unit);

        public static float Scale(float sum) => sum * Total.Unit * Total.Unit;
    }
}
