namespace Quern.Kernels.Gpu;

// For processors. A work-item is a whole group here: what is a lane on a GPU is a vector register there, and shared memory is
// no nearer than any other.
internal static partial class MatMul
{
    /// <summary>Rows that a work-item of <see cref="Strip"/> computes.</summary>
    public const int StripRows = 6;

    /// <summary>Columns that a work-item of <see cref="Strip"/> computes.</summary>
    public const int StripColumns = 16;

    /// <summary>Steps that a work-item of <see cref="PackRight"/> copies.</summary>
    public const int PackSteps = 64;

    /// <summary>
    /// Copies the right operand into panels of 16 columns, [panels, k, 16], the last filled up with zeros: what <see cref="Strip"/> reads
    /// fastest. One work-item for each panel along x, each 64 steps along y and each right operand along z.
    /// </summary>
    /// <param name="right">The right operand.</param>
    /// <param name="rightStep">From one row of the right operand to the next, in elements.</param>
    /// <param name="rightColumn">From one column of the right operand to the next.</param>
    /// <param name="rightBatch">From one right operand to the next.</param>
    /// <param name="n">Columns of the right operand.</param>
    /// <param name="k">Rows of the right operand.</param>
    /// <param name="panels">The result.</param>
    [Kernel(1, 1)]
    public static void PackRight(ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int n, int k, ArrayView<float> panels)
    {
        ArrayView<float> matrix = right.SubView((long)Grid.IdxZ * rightBatch);
        int column = Grid.IdxX * StripColumns;
        long panel = ((long)Grid.IdxZ * Grid.DimX) + Grid.IdxX;
        int columns = XMath.Min(StripColumns, n - column);
        int firstStep = Grid.IdxY * PackSteps;
        int endStep = XMath.Min(firstStep + PackSteps, k);
        for (int step = firstStep; step < endStep; step++)
        {
            long from = ((long)step * rightStep) + ((long)column * rightColumn);
            long to = ((panel * k) + step) * StripColumns;
            for (int j = 0; j < columns; j++)
            {
                panels[to + j] = matrix[from + ((long)j * rightColumn)];
            }

            for (int j = columns; j < StripColumns; j++)
            {
                panels[to + j] = 0f;
            }
        }
    }

    /// <summary>
    /// As <see cref="Tile64"/>, with 6 rows and 16 columns for each work-item, in groups of one. Right element [p, j] lies at (j / 16) ·
    /// rightPanel + p · rightStep + j % 16: panels of <see cref="PackRight"/>, or a matrix whose columns are a multiple of 16.
    /// </summary>
    /// <param name="left">The left operand.</param>
    /// <param name="leftRow">From one row of the left operand to the next, in elements.</param>
    /// <param name="leftStep">From one column of the left operand to the next.</param>
    /// <param name="leftBatch">From one left operand to the next, or 0 where all products share it.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rightPanel">From one panel of the right operand to the next.</param>
    /// <param name="rightStep">From one row of the right operand to the next.</param>
    /// <param name="rightBatch">From one right operand to the next, or 0.</param>
    /// <param name="m">Rows of the result.</param>
    /// <param name="n">Columns of the result.</param>
    /// <param name="k">Columns of the left operand.</param>
    /// <param name="accumulate">Not 0 to add the product to what the result holds.</param>
    /// <param name="bias">A value for each column or row, or an empty view for none.</param>
    /// <param name="biasRow">1 if the bias has a value for each row, 0 if for each column.</param>
    /// <param name="biasBatch">From one product's bias to the next, or 0.</param>
    /// <param name="activation">The number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the results, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below.</param>
    /// <param name="leftSums">Receives the sum of each row of the left operand, or an empty view for none.</param>
    /// <param name="accumulateSums">Not 0 to add the sums to what is there.</param>
    /// <param name="sumsBatch">From one product's sums to the next.</param>
    /// <param name="resultBatch">From one result, and what the activation below gave there, to the next.</param>
    /// <param name="result">The results, each [m, n].</param>
    [Kernel(1, 1)]
    public static void Strip(
        ArrayView<float> left,
        int leftRow,
        int leftStep,
        int leftBatch,
        ArrayView<float> right,
        int rightPanel,
        int rightStep,
        int rightBatch,
        int m,
        int n,
        int k,
        int accumulate,
        ArrayView<float> bias,
        int biasRow,
        int biasBatch,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientActivation,
        ArrayView<float> leftSums,
        int accumulateSums,
        int sumsBatch,
        int resultBatch,
        ArrayView<float> result)
    {
        ArrayView<float> leftMatrix = left.SubView((long)Grid.IdxZ * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)Grid.IdxZ * rightBatch);
        ArrayView<float> product = result.SubView((long)Grid.IdxZ * resultBatch);
        int firstRow = Grid.IdxY * StripRows;
        int firstColumn = Grid.IdxX * StripColumns;

        // Rows beyond the last read the last again; they are not stored. One index steps through a view for each row: of six indices,
        // LLVM makes vectors, and then takes each out of them again in every step.
        int lastRow = m - 1;
        long rowStride = k > 0 ? leftRow : 0; // of no steps there is no row to view
        ArrayView<float> left0 = leftMatrix.SubView(firstRow * rowStride);
        ArrayView<float> left1 = leftMatrix.SubView(XMath.Min(firstRow + 1, lastRow) * rowStride);
        ArrayView<float> left2 = leftMatrix.SubView(XMath.Min(firstRow + 2, lastRow) * rowStride);
        ArrayView<float> left3 = leftMatrix.SubView(XMath.Min(firstRow + 3, lastRow) * rowStride);
        ArrayView<float> left4 = leftMatrix.SubView(XMath.Min(firstRow + 4, lastRow) * rowStride);
        ArrayView<float> left5 = leftMatrix.SubView(XMath.Min(firstRow + 5, lastRow) * rowStride);
        long a = 0;
        long b = (long)Grid.IdxX * rightPanel;
        Row16 sum0 = Row16.Zero();
        Row16 sum1 = Row16.Zero();
        Row16 sum2 = Row16.Zero();
        Row16 sum3 = Row16.Zero();
        Row16 sum4 = Row16.Zero();
        Row16 sum5 = Row16.Zero();
        for (int step = 0; step < k; step++)
        {
            Row16 row = Row16.Load(rightMatrix, b);
            sum0 = Row16.AddProduct(sum0, left0[a], row);
            sum1 = Row16.AddProduct(sum1, left1[a], row);
            sum2 = Row16.AddProduct(sum2, left2[a], row);
            sum3 = Row16.AddProduct(sum3, left3[a], row);
            sum4 = Row16.AddProduct(sum4, left4[a], row);
            sum5 = Row16.AddProduct(sum5, left5[a], row);
            a += leftStep;
            b += rightStep;
        }

        int rows = XMath.Min(StripRows, m - firstRow);
        int columns = XMath.Min(StripColumns, n - firstColumn);
        if (leftSums.IntLength > 0 && Grid.IdxX == 0)
        {
            for (int i = 0; i < rows; i++)
            {
                SumRow(leftMatrix, firstRow + i, leftRow, leftStep, k, accumulateSums, leftSums.SubView((long)Grid.IdxZ * sumsBatch));
            }
        }

        if (rows == StripRows && columns == StripColumns && bias.IntLength == 0 && activation == Activations.None && gradientOutput.IntLength == 0)
        {
            long place = ((long)firstRow * n) + firstColumn;
            StorePlain(sum0, product, place, accumulate);
            StorePlain(sum1, product, place + n, accumulate);
            StorePlain(sum2, product, place + (2L * n), accumulate);
            StorePlain(sum3, product, place + (3L * n), accumulate);
            StorePlain(sum4, product, place + (4L * n), accumulate);
            StorePlain(sum5, product, place + (5L * n), accumulate);
            return;
        }

        ArrayView<float> offsets = bias.SubView((long)Grid.IdxZ * biasBatch);
        ArrayView<float> outputs = gradientOutput.SubView(gradientOutput.IntLength > 0 ? (long)Grid.IdxZ * resultBatch : 0L);

        // By way of memory, where the ragged edges and what is done to each value are a loop.
        ArrayView<float> sums = LocalMemory.Allocate<float>(StripRows * StripColumns);
        Row16.Store(sum0, sums, 0);
        Row16.Store(sum1, sums, 16);
        Row16.Store(sum2, sums, 32);
        Row16.Store(sum3, sums, 48);
        Row16.Store(sum4, sums, 64);
        Row16.Store(sum5, sums, 80);
        for (int i = 0; i < rows; i++)
        {
            int row = firstRow + i;
            long place = ((long)row * n) + firstColumn;
            ArrayView<float> values = sums.SubView(i * StripColumns);
            if (accumulate != 0)
            {
                for (int j = 0; j < columns; j++)
                {
                    values[j] += product[place + j];
                }
            }

            if (bias.IntLength > 0)
            {
                AddBias(offsets, biasRow != 0 ? row : firstColumn, biasRow, columns, values);
            }

            Activations.ApplyToRow(activation, values, columns);
            if (gradientOutput.IntLength > 0)
            {
                Activations.GradientOfRow(gradientActivation, values, outputs.SubView(place), columns);
            }

            for (int j = 0; j < columns; j++)
            {
                product[place + j] = values[j];
            }
        }
    }

    /// <summary>Adds a bias to a row: one value for all of it, or one for each column.</summary>
    private static void AddBias(ArrayView<float> bias, int first, int biasRow, int columns, ArrayView<float> values)
    {
        if (biasRow != 0)
        {
            float offset = bias[first];
            for (int j = 0; j < columns; j++)
            {
                values[j] += offset;
            }

            return;
        }

        for (int j = 0; j < columns; j++)
        {
            values[j] += bias[(long)first + j];
        }
    }

    /// <summary>The sum of a row of the left operand: four at a time, so that several loads are under way.</summary>
    private static void SumRow(ArrayView<float> left, int row, int leftRow, int leftStep, int k, int accumulate, ArrayView<float> sums)
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
            sum0 += left[place];
            sum1 += left[place + stride];
            sum2 += left[place + (2L * stride)];
            sum3 += left[place + (3L * stride)];
            place += 4L * stride;
        }

        for (; step < k; step++)
        {
            sum0 += left[place];
            place += stride;
        }

        float sum = (sum0 + sum1) + (sum2 + sum3);
        sums[row] = accumulate != 0 ? sums[row] + sum : sum;
    }

    /// <summary>Stores a row of a whole strip, or adds it to what is there.</summary>
    private static void StorePlain(Row16 sum, ArrayView<float> product, long place, int accumulate)
    {
        if (accumulate != 0)
        {
            sum = Row16.AddProduct(sum, 1f, Row16.Load(product, place));
        }

        Row16.Store(sum, product, place);
    }
}
