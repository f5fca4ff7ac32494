namespace Quern.Kernels.Gpu;

/// <summary>What one element adds to a loss, with the derivatives.</summary>
internal interface ILossFunction
{
    /// <summary>The formula.</summary>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="firstGradient">The derivative with respect to the first operand.</param>
    /// <param name="secondGradient">The derivative with respect to the second, or anything where the loss has none.</param>
    static abstract float Invoke(float first, float second, out float firstGradient, out float secondGradient);
}

/// <summary>What the kernels of losses over two operands share.</summary>
internal static class LossLoop
{
    /// <summary>
    /// sums[s] = the sum of a loss over the elements i = s, s + sections, s + 2 · sections, …, with s the work-item's place. Gradients
    /// are written on the way, times scale; one of length 0 is not.
    /// </summary>
    public static void Run<TLoss>(
        ArrayView<float> first,
        ArrayView<float> second,
        int length,
        float scale,
        ArrayView<float> firstGradient,
        int firstGradientLength,
        ArrayView<float> secondGradient,
        int secondGradientLength,
        ArrayView<float> sums,
        int sections)
        where TLoss : struct, ILossFunction
    {
        int section = Grid.GlobalIndex.X;
        if (section < sections)
        {
            float sum = 0f;
            for (int i = section; i < length; i += sections)
            {
                float loss = TLoss.Invoke(first[i], second[i], out float firstDerivative, out float secondDerivative);
                sum += loss;
                if (firstGradientLength > 0)
                {
                    firstGradient[i] = firstDerivative * scale;
                }

                if (secondGradientLength > 0)
                {
                    secondGradient[i] = secondDerivative * scale;
                }
            }

            sums[section] = sum;
        }
    }
}
