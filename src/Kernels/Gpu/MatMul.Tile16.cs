namespace Quern.Kernels.Gpu;

internal static partial class MatMul
{
    /// <summary>
    /// As <see cref="Tile64"/>, for products with too few tiles of 64 by 64 to fill a GPU: tiles of 16 by 16, whose steps are shared out. Sixteen
    /// work-items, with 4 by 4 values each, make the whole tile from every sixteenth step of a slab of 64; in the end each work-item adds up the sixteen
    /// sums of one value, in order.
    /// </summary>
    /// <inheritdoc cref="Tile64"/>
    [Kernel(16, 16)]
    public static void Tile16(
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
        // Two slabs of each operand: 64 steps of 5 fours. The sums meet in the same memory.
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(1280);
        TilePlace tile = TilePlace.Of(16, across, down, k, lastK);
        int steps = tile.Steps;
        ArrayView<float> leftMatrix = left.SubView((long)tile.Product * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)tile.Product * rightBatch);
        int item = (Group.IdxY * 16) + Group.IdxX;
        SlabShare leftShare = SlabShare.Of(item, 16, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
        SlabShare rightShare = SlabShare.Of(item, 16, tile.Side, n, rightColumn, rightStep, rightColumn != 1, rightVectors);
        bool isWhole = leftVectors != 0 && rightVectors != 0 && tile.Top + 16 <= m && tile.Side + 16 <= n;
        if (steps > 0)
        {
            leftShare.Begin(leftMatrix, steps);
            rightShare.Begin(rightMatrix, steps);
            SlabShare.Advance(ref leftShare, leftMatrix, shared, ref rightShare, rightMatrix, shared.SubView(2 * 320), 0, 64, steps, isWhole);
        }

        // The two halves of a warp are four steps apart, which are 16 banks.
        int slice = ((item >> 7) << 3) + (((item >> 4) & 1) << 2) + ((item >> 5) & 3);
        int blockRow = (item >> 2) & 3;
        int blockColumn = item & 3;
        Block4 block = Block4.Zero();
        int current = 0;
        for (int start = 0; start < steps; start += 64)
        {
            // This slab is there, and the one before it is no longer read: the next, which set out a slab ago, takes that one's place.
            Group.Barrier();
            int other = 320 - current;
            SlabShare.Advance(
                ref leftShare, leftMatrix, shared.SubView(other), ref rightShare, rightMatrix, shared.SubView((2 * 320) + other), start + 64, 64, steps, isWhole);

            ArrayView<Float4> rows = shared.SubView(current + (slice * 5) + blockRow);
            ArrayView<Float4> columns = shared.SubView((2 * 320) + current + (slice * 5) + blockColumn);
            block = Block4.AddProduct(block, rows[0], columns[0]);
            block = Block4.AddProduct(block, rows[80], columns[80]);
            block = Block4.AddProduct(block, rows[160], columns[160]);
            block = Block4.AddProduct(block, rows[240], columns[240]);
            current = other;
        }

        Group.Barrier();

        if (leftSums.IntLength > 0 && tile.Side == 0 && (sumsBatch > 0 || tile.Product == 0))
        {
            SlabShare sumShare = SlabShare.Of(item, 16, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
            int stepsToSum = StepsToSum(tile, sumsBatch, Grid.DimX / (across * down), k, lastK);
            SumRows(
                leftMatrix, sumShare, tile.Top, m, stepsToSum, 16, 64, shared, item, accumulateSums, leftSums.SubView((long)tile.Product * sumsBatch));
        }

        TileEpilogue epilogue = TileEpilogue.Of(accumulate, bias.IntLength, biasRow, activation, gradientOutput.IntLength, gradientActivation);
        int place = (slice * 64) + (blockRow * 16) + blockColumn;
        shared[place] = block.Row0;
        shared[place + 4] = block.Row1;
        shared[place + 8] = block.Row2;
        shared[place + 12] = block.Row3;
        Group.Barrier();
        ArrayView<float> values = shared.Cast<float>();
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        for (int i = 0; i < 16; i += 4)
        {
            int at = (i * 256) + item;
            sum0 += values[at];
            sum1 += values[at + 256];
            sum2 += values[at + 512];
            sum3 += values[at + 768];
        }

        int row = tile.Top + (item >> 4);
        int column = tile.Side + (item & 15);
        if (row < m && column < n)
        {
            long batch = (long)tile.Product * resultBatch;
            epilogue.Store(
                (sum0 + sum1) + (sum2 + sum3),
                row,
                column,
                n,
                bias.SubView((long)tile.Product * biasBatch),
                gradientOutput.SubView(gradientOutput.IntLength > 0 ? batch : 0L),
                result.SubView(batch));
        }
    }
}
