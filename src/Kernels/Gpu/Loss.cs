using Quern.Kernels.Operators;

namespace Quern.Kernels.Gpu;

/// <summary>Losses that are sums over elements, with their gradients in the same pass over memory.</summary>
internal static partial class Loss
{
    /// <summary>
    /// sums[s] = the sum of a loss over the section s, and behind all of these the same in the unit of a <see cref="SumPair"/>. Gradients are
    /// written on the way, each times the factor.
    /// </summary>
    /// <param name="output">The output of the network.</param>
    /// <param name="target">What the output should have been, as long as the output.</param>
    /// <param name="scale">The factor of the gradients.</param>
    /// <param name="parameter">The number that the loss's formula is given.</param>
    /// <param name="outputGradient">
    /// The gradient with respect to the output, as long as it, or empty if not wanted; it may be the same memory as either operand.
    /// </param>
    /// <param name="targetGradient">The same with respect to the target.</param>
    /// <param name="length">The elements of a section.</param>
    /// <param name="lanes">The lanes of a section.</param>
    /// <param name="sums">The results, [2, sections].</param>
    [Kernel(AxisLanes.GroupSize)]
    public static void Run<TLoss>(
        ArrayView<float> output,
        ArrayView<float> target,
        float scale,
        float parameter,
        ArrayView<float> outputGradient,
        ArrayView<float> targetGradient,
        int length,
        int lanes,
        ArrayView<float> sums)
        where TLoss : struct, ILossOperator
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * AxisLanes.GroupSize);
        int sections = (int)((uint)sums.IntLength >> 1);
        int lane = AxisLanes.Lane(lanes, 1);
        int section = AxisLanes.Result(lanes, 1);
        long start = (long)section * length;
        int inside = section < sections ? (int)XMath.Min((long)length, output.Length - start) : 0;
        Total plain = Total.Zero();
        float scaled = 0f;
        int j = lane;
        for (; j < inside - (3 * lanes); j += 4 * lanes)
        {
            long i = start + j;
            float y0 = output[i];
            float y1 = output[i + lanes];
            float y2 = output[i + (2 * lanes)];
            float y3 = output[i + (3 * lanes)];
            float t0 = target[i];
            float t1 = target[i + lanes];
            float t2 = target[i + (2 * lanes)];
            float t3 = target[i + (3 * lanes)];
            float loss0 = TLoss.Invoke<DeviceScalar, float>(y0, t0, parameter, out float dy0, out float dt0);
            float loss1 = TLoss.Invoke<DeviceScalar, float>(y1, t1, parameter, out float dy1, out float dt1);
            float loss2 = TLoss.Invoke<DeviceScalar, float>(y2, t2, parameter, out float dy2, out float dt2);
            float loss3 = TLoss.Invoke<DeviceScalar, float>(y3, t3, parameter, out float dy3, out float dt3);
            plain = Total.Add(plain, (loss0 + loss1) + (loss2 + loss3));
            scaled += ((loss0 * Total.Unit) + (loss1 * Total.Unit)) + ((loss2 * Total.Unit) + (loss3 * Total.Unit));
            if (outputGradient.IntLength > 0)
            {
                outputGradient[i] = scale * dy0;
                outputGradient[i + lanes] = scale * dy1;
                outputGradient[i + (2 * lanes)] = scale * dy2;
                outputGradient[i + (3 * lanes)] = scale * dy3;
            }

            if (targetGradient.IntLength > 0)
            {
                targetGradient[i] = scale * dt0;
                targetGradient[i + lanes] = scale * dt1;
                targetGradient[i + (2 * lanes)] = scale * dt2;
                targetGradient[i + (3 * lanes)] = scale * dt3;
            }
        }

        for (; j < inside; j += lanes)
        {
            long i = start + j;
            float loss = TLoss.Invoke<DeviceScalar, float>(output[i], target[i], parameter, out float dy, out float dt);
            plain = Total.Add(plain, loss);
            scaled += loss * Total.Unit;
            if (outputGradient.IntLength > 0)
            {
                outputGradient[i] = scale * dy;
            }

            if (targetGradient.IntLength > 0)
            {
                targetGradient[i] = scale * dt;
            }
        }

        SumPair sum = AxisLanes.Sum(shared, lanes, lane, 1, SumPair.Of(Total.Value(plain), scaled));
        if (lane == 0 && section < sections)
        {
            sums[section] = sum.Plain;
            sums[sections + section] = sum.Scaled;
        }
    }
}
