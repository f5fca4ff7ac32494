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
    /// <param name="leftVectors">Not 0 where four neighbours of the left operand may be read at once: see <see cref="SlabShare.Fetch"/>.</param>
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
        TilePlace tile = TilePlace.Of(64, across, down, k, lastK);
        int steps = tile.Steps;
        ArrayView<float> leftMatrix = left.SubView((long)tile.Product * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)tile.Product * rightBatch);
        int item = (Group.IdxY * 16) + Group.IdxX;
        SlabShare leftShare = SlabShare.Of(item, 64, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
        SlabShare rightShare = SlabShare.Of(item, 64, tile.Side, n, rightColumn, rightStep, rightColumn != 1, rightVectors);
        bool isWhole = leftVectors != 0 && rightVectors != 0 && tile.Top + 64 <= m && tile.Side + 64 <= n;
        if (steps > 0)
        {
            leftShare.Begin(leftMatrix, steps);
            rightShare.Begin(rightMatrix, steps);
            SlabShare.Advance(ref leftShare, leftMatrix, shared, ref rightShare, rightMatrix, shared.SubView(2 * 272), 0, 16, steps, isWhole);
        }

        // A warp has 4 rows and 8 columns of blocks: it reads 16 bytes of each bank at most.
        int blockRow = ((item >> 6) << 2) + ((item >> 3) & 3);
        int blockColumn = (((item >> 5) & 1) << 3) + (item & 7);
        Block4 block = Block4.Zero();
        int current = 0;
        for (int start = 0; start < steps; start += 16)
        {
            // This slab is there, and the one before it is no longer read: the next, which set out a slab ago, takes that one's place.
            Group.Barrier();
            int other = 272 - current;
            SlabShare.Advance(
                ref leftShare, leftMatrix, shared.SubView(other), ref rightShare, rightMatrix, shared.SubView((2 * 272) + other), start + 16, 16, steps, isWhole);

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

        if (leftSums.IntLength > 0 && tile.Side == 0 && (sumsBatch > 0 || tile.Product == 0))
        {
            SlabShare sumShare = SlabShare.Of(item, 64, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
            int stepsToSum = StepsToSum(tile, sumsBatch, Grid.DimX / (across * down), k, lastK);
            SumRows(
                leftMatrix, sumShare, tile.Top, m, stepsToSum, 64, 16, shared, item, accumulateSums, leftSums.SubView((long)tile.Product * sumsBatch));
        }

        TileEpilogue epilogue = TileEpilogue.Of(accumulate, bias.IntLength, biasRow, activation, gradientOutput.IntLength, gradientActivation);
        ArrayView<float> product = result.SubView((long)tile.Product * resultBatch);
        ArrayView<float> outputs = gradientOutput.SubView(gradientOutput.IntLength > 0 ? (long)tile.Product * resultBatch : 0L);
        ArrayView<float> offsets = bias.SubView((long)tile.Product * biasBatch);
        Stage(shared, block, blockRow, blockColumn);
        Group.Barrier();
        StoreStage(shared, item, tile.Top, tile.Side, m, n, epilogue, offsets, outputs, product);
    }
}
