namespace Quern.Kernels.Gpu;

/// <summary>
/// The product of two matrices, with what is done to each value before it is stored. Three kernels share the work: <see cref="Tile64"/>
/// for GPUs, <see cref="Tile16"/> for small products on GPUs, and <see cref="Strip"/> for processors.
/// </summary>
/// <remarks>
/// An operand is given with two strides, so that a transposed one needs no kernel of its own: left[i, p] lies at i · leftRow +
/// p · leftStep, and right[p, j] at p · rightStep + j · rightColumn. Several products may be made at once; bias and gradientOutput are for a
/// single one. The tiles' groups are numbered along x, from left to right, then down, then from product to product: CUDA has no more than 65,535
/// groups along y and z.
/// </remarks>
internal static partial class MatMul
{
    /// <summary>
    /// result = activation(result, if accumulate, + left · right + bias) · gradientActivation'(gradientOutput). Tiles of 64 by 64 in groups of
    /// 16 by 16, each work-item with 4 by 4 values in registers; slabs of 16 steps of both operands pass through shared memory.
    /// </summary>
    /// <param name="left">The left operand.</param>
    /// <param name="leftRow">From one row of the left operand to the next, in elements.</param>
    /// <param name="leftStep">From one column of the left operand to the next.</param>
    /// <param name="leftBatch">From one left operand to the next, or 0 where all products share it.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rightStep">From one row of the right operand to the next.</param>
    /// <param name="rightColumn">From one column of the right operand to the next.</param>
    /// <param name="rightBatch">From one right operand to the next, or 0.</param>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Columns of the left operand.</param>
    /// <param name="across">How many tiles cover the columns of a result.</param>
    /// <param name="down">How many tiles cover its rows.</param>
    /// <param name="accumulate">Not 0 to add the product to what the result holds.</param>
    /// <param name="bias">A value for each column, or an empty view for none.</param>
    /// <param name="activation">The number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the result, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below.</param>
    /// <param name="leftSums">Receives the sum of each row of the left operand, or an empty view for none.</param>
    /// <param name="accumulateSums">Not 0 to add the sums to what is there.</param>
    /// <param name="result">The results, each [m, n].</param>
    [Kernel(16, 16)]
    public static void Tile64(
        ArrayView<float> left,
        int leftRow,
        int leftStep,
        int leftBatch,
        ArrayView<float> right,
        int rightStep,
        int rightColumn,
        int rightBatch,
        int m,
        int n,
        int k,
        int across,
        int down,
        int accumulate,
        ArrayView<float> bias,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        ArrayView<float> leftSums,
        int accumulateSums,
        ArrayView<float> result)
    {
        // Slabs: 16 rows of 64 values, the left one turned so that both are read along rows.
        ArrayView<Float4> leftSlab = SharedMemory.Allocate<Float4>(16 * 16);
        ArrayView<Float4> rightSlab = SharedMemory.Allocate<Float4>(16 * 16);
        ArrayView<float> leftValues = leftSlab.Cast<float>();
        ArrayView<float> rightValues = rightSlab.Cast<float>();
        int tileRow = Grid.IdxX / across;
        int number = tileRow / down;
        ArrayView<float> leftMatrix = left.SubView((long)number * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)number * rightBatch);
        ArrayView<float> product = result.SubView((long)number * m * n);
        int top = (tileRow - (number * down)) * 64;
        int side = (Grid.IdxX - (tileRow * across)) * 64;
        int item = (Group.IdxY * 16) + Group.IdxX;

        // Neighbouring work-items read neighbouring elements, whichever way an operand lies.
        bool leftRunsAlongSteps = leftStep == 1;
        bool rightRunsAlongSteps = rightColumn != 1;
        Float4 sum0 = new Float4(0f, 0f, 0f, 0f);
        Float4 sum1 = new Float4(0f, 0f, 0f, 0f);
        Float4 sum2 = new Float4(0f, 0f, 0f, 0f);
        Float4 sum3 = new Float4(0f, 0f, 0f, 0f);
        for (int start = 0; start < k; start += 16)
        {
            for (int load = 0; load < 4; load++)
            {
                int place = item + (load * 256);
                int step = leftRunsAlongSteps ? place & 15 : place >> 6;
                int row = leftRunsAlongSteps ? place >> 4 : place & 63;
                leftValues[(step * 64) + row] = Load(leftMatrix, top + row, m, leftRow, start + step, k, leftStep);
                step = rightRunsAlongSteps ? place & 15 : place >> 6;
                int column = rightRunsAlongSteps ? place >> 4 : place & 63;
                rightValues[(step * 64) + column] = Load(rightMatrix, side + column, n, rightColumn, start + step, k, rightStep);
            }

            Group.Barrier();
            for (int step = 0; step < 16; step++)
            {
                Float4 a = leftSlab[(step * 16) + Group.IdxY];
                Float4 b = rightSlab[(step * 16) + Group.IdxX];
                sum0 += a.X * b;
                sum1 += a.Y * b;
                sum2 += a.Z * b;
                sum3 += a.W * b;
            }

            Group.Barrier();
        }

        if (leftSums.IntLength > 0 && side == 0 && item < 64)
        {
            SumRow(leftMatrix, top + item, m, leftRow, leftStep, k, accumulateSums, leftSums);
        }

        int firstRow = top + (Group.IdxY * 4);
        int firstColumn = side + (Group.IdxX * 4);
        StoreRow(sum0, firstRow, firstColumn, m, n, accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, product);
        StoreRow(sum1, firstRow + 1, firstColumn, m, n, accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, product);
        StoreRow(sum2, firstRow + 2, firstColumn, m, n, accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, product);
        StoreRow(sum3, firstRow + 3, firstColumn, m, n, accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, product);
    }

    /// <summary>
    /// The same for products with too few tiles of 64 by 64 to fill a GPU: tiles of 16 by 16, one value for each work-item.
    /// </summary>
    /// <inheritdoc cref="Tile64"/>
    [Kernel(16, 16)]
    public static void Tile16(
        ArrayView<float> left,
        int leftRow,
        int leftStep,
        int leftBatch,
        ArrayView<float> right,
        int rightStep,
        int rightColumn,
        int rightBatch,
        int m,
        int n,
        int k,
        int across,
        int down,
        int accumulate,
        ArrayView<float> bias,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        ArrayView<float> leftSums,
        int accumulateSums,
        ArrayView<float> result)
    {
        // Rows of 17: the columns of shared memory then lie in different banks.
        ArrayView<float> leftSlab = SharedMemory.Allocate<float>(16 * 17);
        ArrayView<float> rightSlab = SharedMemory.Allocate<float>(16 * 17);
        int tileRow = Grid.IdxX / across;
        int number = tileRow / down;
        ArrayView<float> leftMatrix = left.SubView((long)number * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)number * rightBatch);
        ArrayView<float> product = result.SubView((long)number * m * n);
        int x = Group.IdxX;
        int y = Group.IdxY;
        int top = (tileRow - (number * down)) * 16;
        int side = (Grid.IdxX - (tileRow * across)) * 16;
        int leftLoadRow = leftStep == 1 ? y : x;
        int leftLoadStep = leftStep == 1 ? x : y;
        int rightLoadColumn = rightColumn == 1 ? x : y;
        int rightLoadStep = rightColumn == 1 ? y : x;
        float sum = 0f;
        for (int start = 0; start < k; start += 16)
        {
            leftSlab[(leftLoadRow * 17) + leftLoadStep] = Load(leftMatrix, top + leftLoadRow, m, leftRow, start + leftLoadStep, k, leftStep);
            rightSlab[(rightLoadStep * 17) + rightLoadColumn] = Load(rightMatrix, side + rightLoadColumn, n, rightColumn, start + rightLoadStep, k, rightStep);
            Group.Barrier();
            for (int step = 0; step < 16; step++)
            {
                sum += leftSlab[(y * 17) + step] * rightSlab[(step * 17) + x];
            }

            Group.Barrier();
        }

        if (leftSums.IntLength > 0 && side == 0 && y == 0)
        {
            SumRow(leftMatrix, top + x, m, leftRow, leftStep, k, accumulateSums, leftSums);
        }

        if (top + y < m)
        {
            Store(sum, top + y, side + x, n, accumulate, bias, bias.IntLength, activation, gradientOutput, gradientOutput.IntLength, gradientActivation, product);
        }
    }

    /// <summary>An element of an operand, or 0 outside it.</summary>
    private static float Load(ArrayView<float> operand, int line, int lines, int lineStride, int step, int steps, int stepStride)
    {
        float value = 0f;
        if (line < lines && step < steps)
        {
            value = operand[((long)line * lineStride) + ((long)step * stepStride)];
        }

        return value;
    }

    /// <summary>The sum of a row of the left operand, if it has that row: four at a time, so that several loads are under way.</summary>
    private static void SumRow(ArrayView<float> left, int row, int m, int leftRow, int leftStep, int k, int accumulate, ArrayView<float> sums)
    {
        if (row < m)
        {
            long place = (long)row * leftRow;
            long stride = leftStep;
            float sum0 = 0f;
            float sum1 = 0f;
            float sum2 = 0f;
            float sum3 = 0f;
            int step = 0;
            for (; step + 4 <= k; step += 4)
            {
                float value0 = left[place];
                float value1 = left[place + stride];
                float value2 = left[place + (2L * stride)];
                float value3 = left[place + (3L * stride)];
                sum0 += value0;
                sum1 += value1;
                sum2 += value2;
                sum3 += value3;
                place += 4L * stride;
            }

            for (; step < k; step++)
            {
                sum0 += left[place];
                place += stride;
            }

            float sum = (sum0 + sum1) + (sum2 + sum3);
            if (accumulate != 0)
            {
                sum += sums[row];
            }

            sums[row] = sum;
        }
    }

    private static void StoreRow(
        Float4 sum,
        int row,
        int column,
        int m,
        int n,
        int accumulate,
        ArrayView<float> bias,
        int biasLength,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientLength,
        int gradientActivation,
        ArrayView<float> result)
    {
        if (row < m)
        {
            Store(sum.X, row, column, n, accumulate, bias, biasLength, activation, gradientOutput, gradientLength, gradientActivation, result);
            Store(sum.Y, row, column + 1, n, accumulate, bias, biasLength, activation, gradientOutput, gradientLength, gradientActivation, result);
            Store(sum.Z, row, column + 2, n, accumulate, bias, biasLength, activation, gradientOutput, gradientLength, gradientActivation, result);
            Store(sum.W, row, column + 3, n, accumulate, bias, biasLength, activation, gradientOutput, gradientLength, gradientActivation, result);
        }
    }

    /// <summary>Adds what is to be added, applies the activation and the gradient's mask, and stores the value if it is inside.</summary>
    private static void Store(
        float value,
        int row,
        int column,
        int n,
        int accumulate,
        ArrayView<float> bias,
        int biasLength,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientLength,
        int gradientActivation,
        ArrayView<float> result)
    {
        if (column < n)
        {
            long place = ((long)row * n) + column;
            if (accumulate != 0)
            {
                value += result[place];
            }

            if (biasLength > 0)
            {
                value += bias[column];
            }

            value = Activations.Apply(activation, value);
            if (gradientLength > 0)
            {
                value = Activations.Gradient(gradientActivation, value, gradientOutput[place]);
            }

            result[place] = value;
        }
    }
}
