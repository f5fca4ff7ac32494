namespace Quern.Kernels.Gpu;

/// <summary>
/// The product of two matrices, with what is done to each value before it is stored. Four kernels share the work: <see cref="Tile128"/>,
/// <see cref="Tile64"/> and <see cref="Tile16"/> for GPUs, the larger the more tiles there are, and <see cref="Strip"/> for processors.
/// </summary>
/// <remarks>
/// <para>
/// An operand is given with two strides, so that a transposed one needs no kernel of its own: left[i, p] lies at i · leftRow +
/// p · leftStep, and right[p, j] at p · rightStep + j · rightColumn. Several products may be made at once. The tiles' groups are numbered along
/// x, from left to right, then down, then from product to product: CUDA has no more than 65,535 groups along y and z.
/// </para>
/// <para>
/// Slabs of both operands, a few steps deep, pass through shared memory, which holds two of each: while one is multiplied, the next is on
/// its way from memory, and a slab costs one barrier. Each work-item brings four neighbours of both operands. Loops are written out, since not
/// every compiler unrolls them.
/// </para>
/// </remarks>
internal static partial class MatMul
{
    /// <summary>
    /// result = the sum of the parts of a product that was cut along its steps, with the same epilogue as <see cref="Tile64"/>. One work-item
    /// for each element; the parts are added in order.
    /// </summary>
    /// <param name="parts">The parts, [parts, m, n].</param>
    /// <param name="count">How many there are.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="accumulate">Not 0 to add the product to what the result holds.</param>
    /// <param name="bias">A value for each column or row, or an empty view for none.</param>
    /// <param name="biasRow">1 if the bias has a value for each row, 0 if for each column.</param>
    /// <param name="activation">The number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the result, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below.</param>
    /// <param name="result">The result, [m, n].</param>
    [Kernel]
    public static void AddParts(
        ArrayView<float> parts,
        int count,
        int n,
        int accumulate,
        ArrayView<float> bias,
        int biasRow,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        ArrayView<float> result)
    {
        int place = Grid.GlobalIndex.X;
        int length = result.IntLength;
        if (place < length)
        {
            float sum = 0f;
            long at = place;
            int part = 0;
            for (; part + 4 <= count; part += 4)
            {
                float part0 = parts[at];
                float part1 = parts[at + length];
                float part2 = parts[at + (2L * length)];
                float part3 = parts[at + (3L * length)];
                sum += part0;
                sum += part1;
                sum += part2;
                sum += part3;
                at += 4L * length;
            }

            for (; part < count; part++)
            {
                sum += parts[at];
                at += length;
            }

            int row = place / n;
            Store(
                sum, place, biasRow != 0 ? row : place - (row * n), accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, result);
        }
    }

    /// <summary>Adds what is to be added, applies the activation and the gradient's mask, and stores the value.</summary>
    private static void Store(
        float value,
        long place,
        int biasPlace,
        int accumulate,
        ArrayView<float> bias,
        int biasLength,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientLength,
        int gradientActivation,
        ArrayView<float> result)
    {
        if (accumulate != 0)
        {
            value += result[place];
        }

        if (biasLength > 0)
        {
            value += bias[biasPlace];
        }

        value = Activations.Apply(activation, value);
        if (gradientLength > 0)
        {
            value = Activations.Gradient(gradientActivation, value, gradientOutput[place]);
        }

        result[place] = value;
    }
}
