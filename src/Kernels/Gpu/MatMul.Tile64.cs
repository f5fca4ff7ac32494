namespace Quern.Kernels.Gpu;

internal static partial class MatMul
{
    /// <summary>
    /// result = activation(result, if accumulate, + left · right + bias) · gradientActivation'(gradientOutput). Tiles of 64 by 64 in groups of
    /// 16 by 16, each work-item with 4 by 4 values in registers; slabs are 16 steps deep.
    /// </summary>
    /// <param name="left">The left operand.</param>
    /// <param name="leftRow">From one row of the left operand to the next, in elements.</param>
    /// <param name="leftStep">From one column of the left operand to the next.</param>
    /// <param name="leftBatch">From one left operand to the next, or 0 where all products share it.</param>
    /// <param name="leftVectors">Not 0 where four neighbours of the left operand may be read at once: see <see cref="Fetch"/>.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="rightStep">From one row of the right operand to the next.</param>
    /// <param name="rightColumn">From one column of the right operand to the next.</param>
    /// <param name="rightBatch">From one right operand to the next, or 0.</param>
    /// <param name="rightVectors">The same of the right operand.</param>
    /// <param name="m">Rows of a result.</param>
    /// <param name="n">Columns of a result.</param>
    /// <param name="k">Columns of the left operand.</param>
    /// <param name="lastK">The same for the last of the products, which may be less where one product is cut into several.</param>
    /// <param name="across">How many tiles cover the columns of a result.</param>
    /// <param name="down">How many tiles cover its rows.</param>
    /// <param name="accumulate">Not 0 to add the product to what the result holds.</param>
    /// <param name="bias">A value for each column or row, or an empty view for none.</param>
    /// <param name="biasRow">1 if the bias has a value for each row, 0 if for each column.</param>
    /// <param name="biasBatch">From one product's bias to the next, or 0.</param>
    /// <param name="activation">The number of an <see cref="Activation"/>.</param>
    /// <param name="gradientOutput">What the activation below gave, as large as the results, or an empty view for none.</param>
    /// <param name="gradientActivation">The number of the <see cref="Activation"/> below.</param>
    /// <param name="leftSums">Receives the sum of each row of the left operand, or an empty view for none.</param>
    /// <param name="accumulateSums">Not 0 to add the sums to what is there.</param>
    /// <param name="sumsBatch">From one product's sums to the next; 0 where the products are parts of one, whose rows are then summed as a whole.</param>
    /// <param name="resultBatch">From one result, and what the activation below gave there, to the next.</param>
    /// <param name="result">The results, each [m, n].</param>
    [Kernel(16, 16)]
    public static void Tile64(
        ArrayView<float> left,
        int leftRow,
        int leftStep,
        int leftBatch,
        int leftVectors,
        ArrayView<float> right,
        int rightStep,
        int rightColumn,
        int rightBatch,
        int rightVectors,
        int m,
        int n,
        int k,
        int lastK,
        int across,
        int down,
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
        // Two slabs of each operand: 16 steps of 17 fours. What is stored goes through the same memory.
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(1088);
        int tileRow = Grid.IdxX / across;
        int number = tileRow / down;
        int steps = number == (Grid.DimX / (across * down)) - 1 ? lastK : k;
        ArrayView<float> leftMatrix = left.SubView((long)number * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)number * rightBatch);
        int top = (tileRow - (number * down)) * 64;
        int side = (Grid.IdxX - (tileRow * across)) * 64;
        int item = (Group.IdxY * 16) + Group.IdxX;

        // Which four elements of a slab this work-item brings.
        bool leftAlongSteps = leftStep == 1;
        bool rightAlongSteps = rightColumn != 1;
        int leftRun = leftAlongSteps ? leftStep : leftRow;
        int rightRun = rightAlongSteps ? rightStep : rightColumn;
        int leftLine = FirstLine(item, 64, leftAlongSteps);
        int rightLine = FirstLine(item, 64, rightAlongSteps);
        int leftFrom = FirstStep64(item, leftAlongSteps);
        int rightFrom = FirstStep64(item, rightAlongSteps);
        int leftTo = (leftFrom * 68) + leftLine;
        int rightTo = (rightFrom * 68) + rightLine;
        long leftPlace = ((long)(top + leftLine) * leftRow) + ((long)leftFrom * leftStep);
        long rightPlace = ((long)(side + rightLine) * rightColumn) + ((long)rightFrom * rightStep);
        Float4 leftValues = new Float4(0f, 0f, 0f, 0f);
        Float4 rightValues = new Float4(0f, 0f, 0f, 0f);
        if (steps > 0)
        {
            int leftInside = Inside(top + leftLine, m, leftFrom, steps, leftAlongSteps);
            int rightInside = Inside(side + rightLine, n, rightFrom, steps, rightAlongSteps);
            leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
            rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
            Put(shared, leftTo, 68, Zeroed(leftValues, leftInside), leftAlongSteps);
            Put(shared.SubView(2 * 272), rightTo, 68, Zeroed(rightValues, rightInside), rightAlongSteps);
            leftPlace += 16L * leftStep;
            rightPlace += 16L * rightStep;
            leftInside = Inside(top + leftLine, m, 16 + leftFrom, steps, leftAlongSteps);
            rightInside = Inside(side + rightLine, n, 16 + rightFrom, steps, rightAlongSteps);
            leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
            rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        }

        // A warp has 4 rows and 8 columns of blocks: it reads 16 bytes of each bank at most.
        int blockRow = ((item >> 6) << 2) + ((item >> 3) & 3);
        int blockColumn = (((item >> 5) & 1) << 3) + (item & 7);
        Block4 block = Block4.Zero();
        bool isWhole = leftVectors != 0 && rightVectors != 0 && top + 64 <= m && side + 64 <= n;
        int current = 0;
        for (int start = 0; start < steps; start += 16)
        {
            // This slab is there, and the one before it is no longer read. The next, which set out a slab ago, takes that one's place, and the one
            // after it sets out. Where both lie inside the operands, nothing is asked of single elements; the last slab has none after it.
            Group.Barrier();
            int other = 272 - current;
            leftPlace += 16L * leftStep;
            rightPlace += 16L * rightStep;
            if (isWhole && start + (3 * 16) <= steps)
            {
                Put(shared.SubView(other), leftTo, 68, leftValues, leftAlongSteps);
                Put(shared.SubView((2 * 272) + other), rightTo, 68, rightValues, rightAlongSteps);
                leftValues = leftMatrix.AsAligned(16).Cast<Float4>()[leftPlace >> 2];
                rightValues = rightMatrix.AsAligned(16).Cast<Float4>()[rightPlace >> 2];
            }
            else if (start + 16 < steps)
            {
                int leftInside = Inside(top + leftLine, m, start + 16 + leftFrom, steps, leftAlongSteps);
                int rightInside = Inside(side + rightLine, n, start + 16 + rightFrom, steps, rightAlongSteps);
                Put(shared.SubView(other), leftTo, 68, Zeroed(leftValues, leftInside), leftAlongSteps);
                Put(shared.SubView((2 * 272) + other), rightTo, 68, Zeroed(rightValues, rightInside), rightAlongSteps);
                leftInside = Inside(top + leftLine, m, start + (2 * 16) + leftFrom, steps, leftAlongSteps);
                rightInside = Inside(side + rightLine, n, start + (2 * 16) + rightFrom, steps, rightAlongSteps);
                leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
                rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
            }

            // Four steps at a time: with more in a row ILGPU reads all of them before the first product.
            for (int at = current; at < current + 272; at += 68)
            {
                ArrayView<Float4> rows = shared.SubView(at + blockRow);
                ArrayView<Float4> columns = shared.SubView((2 * 272) + at + blockColumn);
                block = Block4.AddProduct(block, rows[0], columns[0]);
                block = Block4.AddProduct(block, rows[17], columns[17]);
                block = Block4.AddProduct(block, rows[34], columns[34]);
                block = Block4.AddProduct(block, rows[51], columns[51]);
            }

            current = other;
        }

        Group.Barrier();

        if (leftSums.IntLength > 0 && side == 0 && (sumsBatch > 0 || number == 0))
        {
            int allSteps = sumsBatch > 0 ? steps : (((Grid.DimX / (across * down)) - 1) * k) + lastK;
            SumRows(
                leftMatrix, leftRow, leftStep, leftVectors, top, m, allSteps, leftLine, leftFrom, leftAlongSteps, 64, 16, shared, item, accumulateSums, leftSums.SubView((long)number * sumsBatch));
        }

        ArrayView<float> product = result.SubView((long)number * resultBatch);
        ArrayView<float> outputs = gradientOutput.SubView(gradientOutput.IntLength > 0 ? (long)number * resultBatch : 0L);
        ArrayView<float> offsets = bias.SubView((long)number * biasBatch);
        Stage(shared, block, blockRow, blockColumn);
        Group.Barrier();
        StoreStage(
            shared, item, top, side, m, n, accumulate, offsets, bias.IntLength, biasRow, activation, outputs, gradientOutput.IntLength, gradientActivation, product);
    }

    /// <summary>The first step of a work-item's four elements in a slab of 64 lines.</summary>
    private static int FirstStep64(int item, bool alongSteps) => alongSteps ? (((item >> 7) & 1) << 3) + ((item & 1) << 2) : item >> 4;
}
