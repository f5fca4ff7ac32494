using System.Numerics;

namespace Quern.Kernels.Gpu;

/// <summary>The sums and products of all elements up to each one along an axis.</summary>
internal static partial class Scan
{
    /// <summary>
    /// The lanes of a column: about as many as each has elements, since a lane reads its elements twice and the sums of the lanes before it. On
    /// a processor one.
    /// </summary>
    public static int Lanes(GpuDriver driver, int axis) =>
        driver.IsProcessor ? 1 : (int)Math.Min(AxisLanes.GroupSize, BitOperations.RoundUpToPowerOf2((uint)Math.Sqrt(axis)));

    /// <summary>
    /// result[o, j, i] = x[o, 0, i] + … + x[o, j, i], with what the additions lose kept. The lanes of a column, as <see cref="AxisLanes"/> places
    /// them, take a stretch of it each. A sum that leaves float32 does not come back.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="columns">The product of outer and inner.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="lanes">The lanes of a column.</param>
    /// <param name="result">The result, of the operand's sizes; it may be the operand itself.</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Sum(ArrayView<float> x, int columns, int axis, int inner, int lanes, ArrayView<float> result)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(AxisLanes.GroupSize);
        int lane = AxisLanes.Lane(lanes, inner);
        int distance = AxisLanes.Distance(lanes, inner);
        int column = AxisLanes.Result(lanes, inner);
        int count = column < columns ? axis : 0;
        int first = (int)((long)count * lane / lanes);
        int last = (int)((long)count * (lane + 1) / lanes);
        int outer = column / inner;
        long start = ((long)outer * axis * inner) + (column - (outer * inner)) + ((long)first * inner);

        // The last lane's sum is nobody's start.
        Total total = Total.Zero();
        if (lane < lanes - 1)
        {
            long at = start;
            for (int j = first; j < last; j++)
            {
                total = Total.Settle(Total.Add(total, x[at]));
                at += inner;
            }
        }

        shared[Group.IdxX] = Total.Value(total);
        Group.Barrier();
        total = Total.Zero();
        int before = Group.IdxX - (lane * distance);
        for (int other = 0; other < lane; other++)
        {
            total = Total.Add(total, shared[before]);
            before += distance;
        }

        for (int j = first; j < last; j++)
        {
            total = Total.Settle(Total.Add(total, x[start]));
            result[start] = Total.Value(total);
            start += inner;
        }
    }

    /// <summary>
    /// result[o, j, i] = x[o, 0, i] · … · x[o, j, i]. One work-item for each column: the product of a part of it may leave float32 where that of
    /// all before it does not.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="columns">The product of outer and inner.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="result">The result, of the operand's sizes; it may be the operand itself.</param>
    [Kernel]
    public static void Product(ArrayView<float> x, int columns, int axis, int inner, ArrayView<float> result)
    {
        int column = Grid.GlobalIndex.X;
        if (column < columns)
        {
            int outer = column / inner;
            long at = ((long)outer * axis * inner) + (column - (outer * inner));
            float product = 1f;
            for (int j = 0; j < axis; j++)
            {
                product *= x[at];
                result[at] = product;
                at += inner;
            }
        }
    }
}
