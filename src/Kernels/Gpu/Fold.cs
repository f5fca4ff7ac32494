using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>An axis folded with an operator, such as the maximum.</summary>
internal static partial class Fold
{
    /// <summary>
    /// result[i, s, k] = x[i, j, k] folded over the section s of j. Work is shared out as <see cref="AxisLanes"/> says; the results of several
    /// sections are folded once more.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner], row-major.</param>
    /// <param name="axis">The size of the axis that is reduced.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="sections">The sections of an axis.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="identity">The operator's <see cref="IFoldOperator.Identity"/>.</param>
    /// <param name="result">The result, [outer, sections, inner].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run<TOperator>(
        ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, float identity, ArrayView<float> result)
        where TOperator : struct, IFoldOperator
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(AxisLanes.GroupSize);
        int place = Group.IdxX;
        int lane = AxisLanes.Lane(lanes, inner);
        int distance = AxisLanes.Distance(lanes, inner);
        int i = AxisLanes.Result(lanes, inner);

        // A work-item beyond the last result repeats that one.
        int inside = XMath.Min(i, result.IntLength - 1);
        int rest = inside / inner;
        int row = rest / sections;
        int first = (rest - (row * sections)) * length;
        int count = XMath.Min(length, axis - first);
        long start = ((((long)row * axis) + first) * inner) + (inside - (rest * inner));
        long step = (long)lanes * inner;
        float folded = identity;
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
            float low = TOperator.Invoke<DeviceScalar, float>(TOperator.Invoke<DeviceScalar, float>(x0, x1), TOperator.Invoke<DeviceScalar, float>(x2, x3));
            float high = TOperator.Invoke<DeviceScalar, float>(TOperator.Invoke<DeviceScalar, float>(x4, x5), TOperator.Invoke<DeviceScalar, float>(x6, x7));
            folded = TOperator.Invoke<DeviceScalar, float>(folded, TOperator.Invoke<DeviceScalar, float>(low, high));
        }

        for (; j < count; j += lanes)
        {
            folded = TOperator.Invoke<DeviceScalar, float>(folded, x[start + ((long)j * inner)]);
        }

        shared[place] = folded;
        Group.Barrier();
        for (int half = lanes >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                shared[place] = TOperator.Invoke<DeviceScalar, float>(shared[place], shared[place + (half * distance)]);
            }

            Group.Barrier();
        }

        if (lane == 0 && i < result.IntLength)
        {
            result[i] = shared[place];
        }
    }
}
