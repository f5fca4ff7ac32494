namespace Quern.Kernels.Gpu;

/// <summary>What one element adds to a loss, with the derivatives.</summary>
internal interface ILossFunction
{
    /// <summary>The formula.</summary>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="activation">The number of the <see cref="Activation"/> that made the first operand, for losses that differentiate it as well.</param>
    /// <param name="scale">The factor of the gradients.</param>
    /// <param name="firstGradient">The derivative with respect to the first operand, times the factor.</param>
    /// <param name="secondGradient">The same with respect to the second, or anything where the loss has none.</param>
    static abstract float Invoke(float first, float second, int activation, float scale, out float firstGradient, out float secondGradient);
}

/// <summary>What the kernels of losses over two operands share.</summary>
internal static class LossLoop
{
    /// <summary>
    /// sums[s] = the sum of a loss over the section s, and behind all of these the same in the unit of a
    /// <see cref="SumPair"/>. Gradients are written on the way; one of length 0 is not.
    /// </summary>
    public static void Run<TLoss>(
        ArrayView<float> shared,
        ArrayView<float> first,
        ArrayView<float> second,
        int count,
        float scale,
        int activation,
        ArrayView<float> firstGradient,
        int firstGradientLength,
        ArrayView<float> secondGradient,
        int secondGradientLength,
        int length,
        int lanes,
        ArrayView<float> sums,
        int sections)
        where TLoss : struct, ILossFunction
    {
        int lane = AxisLanes.Lane(lanes, 1);
        int section = AxisLanes.Result(lanes, 1);
        long start = (long)section * length;
        int inside = section < sections ? (int)XMath.Min((long)length, count - start) : 0;
        Total plain = Total.Zero();
        float scaled = 0f;
        int j = lane;
        for (; j < inside - (3 * lanes); j += 4 * lanes)
        {
            long i = start + j;
            float a0 = first[i];
            float a1 = first[i + lanes];
            float a2 = first[i + (2 * lanes)];
            float a3 = first[i + (3 * lanes)];
            float b0 = second[i];
            float b1 = second[i + lanes];
            float b2 = second[i + (2 * lanes)];
            float b3 = second[i + (3 * lanes)];
            float loss0 = TLoss.Invoke(a0, b0, activation, scale, out float da0, out float db0);
            float loss1 = TLoss.Invoke(a1, b1, activation, scale, out float da1, out float db1);
            float loss2 = TLoss.Invoke(a2, b2, activation, scale, out float da2, out float db2);
            float loss3 = TLoss.Invoke(a3, b3, activation, scale, out float da3, out float db3);
            plain = Total.Add(plain, (loss0 + loss1) + (loss2 + loss3));
            scaled += ((loss0 * Total.Unit) + (loss1 * Total.Unit)) + ((loss2 * Total.Unit) + (loss3 * Total.Unit));
            if (firstGradientLength > 0)
            {
                firstGradient[i] = da0;
                firstGradient[i + lanes] = da1;
                firstGradient[i + (2 * lanes)] = da2;
                firstGradient[i + (3 * lanes)] = da3;
            }

            if (secondGradientLength > 0)
            {
                secondGradient[i] = db0;
                secondGradient[i + lanes] = db1;
                secondGradient[i + (2 * lanes)] = db2;
                secondGradient[i + (3 * lanes)] = db3;
            }
        }

        for (; j < inside; j += lanes)
        {
            long i = start + j;
            float loss = TLoss.Invoke(first[i], second[i], activation, scale, out float da, out float db);
            plain = Total.Add(plain, loss);
            scaled += loss * Total.Unit;
            if (firstGradientLength > 0)
            {
                firstGradient[i] = da;
            }

            if (secondGradientLength > 0)
            {
                secondGradient[i] = db;
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
