namespace Quern.Kernels.Gpu;

internal static partial class MatMul
{
    /// <summary>
    /// As <see cref="Tile64"/>, for products with enough tiles of 128 by 128 to fill a GPU: each work-item has 8 by 8 values in registers, four
    /// blocks 64 rows or columns apart; slabs are 8 steps deep.
    /// </summary>
    /// <inheritdoc cref="Tile64"/>
    [Kernel(16, 16)]
    public static void Tile128(
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
        // Two slabs of each operand: 8 steps of 33 fours. What is stored goes through the same memory.
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(1056);
        TilePlace tile = TilePlace.Of(128, across, down, k, lastK);
        int steps = tile.Steps;
        ArrayView<float> leftMatrix = left.SubView((long)tile.Product * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)tile.Product * rightBatch);
        int item = (Group.IdxY * 16) + Group.IdxX;
        SlabShare leftShare = SlabShare.Of(item, 128, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
        SlabShare rightShare = SlabShare.Of(item, 128, tile.Side, n, rightColumn, rightStep, rightColumn != 1, rightVectors);
        bool isWhole = leftVectors != 0 && rightVectors != 0 && tile.Top + 128 <= m && tile.Side + 128 <= n;
        if (steps > 0)
        {
            leftShare.Begin(leftMatrix, steps);
            rightShare.Begin(rightMatrix, steps);
            SlabShare.Advance(ref leftShare, leftMatrix, shared, ref rightShare, rightMatrix, shared.SubView(2 * 264), 0, 8, steps, isWhole);
        }

        // A warp has 4 rows and 8 columns of blocks: it reads 16 bytes of each bank at most.
        int blockRow = ((item >> 6) << 2) + ((item >> 3) & 3);
        int blockColumn = (((item >> 5) & 1) << 3) + (item & 7);
        Block4 topLeft = Block4.Zero();
        Block4 topRight = Block4.Zero();
        Block4 bottomLeft = Block4.Zero();
        Block4 bottomRight = Block4.Zero();
        int current = 0;
        for (int start = 0; start < steps; start += 8)
        {
            // This slab is there, and the one before it is no longer read: the next, which set out a slab ago, takes that one's place.
            Group.Barrier();
            int other = 264 - current;
            SlabShare.Advance(
                ref leftShare, leftMatrix, shared.SubView(other), ref rightShare, rightMatrix, shared.SubView((2 * 264) + other), start + 8, 8, steps, isWhole);

            // Two steps at a time: with more in a row ILGPU reads all of them before the first product, into more registers than two groups share.
            for (int at = current; at < current + 264; at += 66)
            {
                ArrayView<Float4> rows = shared.SubView(at + blockRow);
                ArrayView<Float4> columns = shared.SubView((2 * 264) + at + blockColumn);
                Float4 a0 = rows[0];
                Float4 a1 = rows[16];
                Float4 b0 = columns[0];
                Float4 b1 = columns[16];
                topLeft = Block4.AddProduct(topLeft, a0, b0);
                topRight = Block4.AddProduct(topRight, a0, b1);
                bottomLeft = Block4.AddProduct(bottomLeft, a1, b0);
                bottomRight = Block4.AddProduct(bottomRight, a1, b1);

                a0 = rows[33];
                a1 = rows[49];
                b0 = columns[33];
                b1 = columns[49];
                topLeft = Block4.AddProduct(topLeft, a0, b0);
                topRight = Block4.AddProduct(topRight, a0, b1);
                bottomLeft = Block4.AddProduct(bottomLeft, a1, b0);
                bottomRight = Block4.AddProduct(bottomRight, a1, b1);
            }

            current = other;
        }

        Group.Barrier();

        if (leftSums.IntLength > 0 && tile.Side == 0 && (sumsBatch > 0 || tile.Product == 0))
        {
            SlabShare sumShare = SlabShare.Of(item, 128, tile.Top, m, leftRow, leftStep, leftStep == 1, leftVectors);
            int stepsToSum = StepsToSum(tile, sumsBatch, Grid.DimX / (across * down), k, lastK);
            SumRows(
                leftMatrix, sumShare, tile.Top, m, stepsToSum, 128, 8, shared, item, accumulateSums, leftSums.SubView((long)tile.Product * sumsBatch));
        }

        TileEpilogue epilogue = TileEpilogue.Of(accumulate, bias.IntLength, biasRow, activation, gradientOutput.IntLength, gradientActivation);
        ArrayView<float> product = result.SubView((long)tile.Product * resultBatch);
        ArrayView<float> outputs = gradientOutput.SubView(gradientOutput.IntLength > 0 ? (long)tile.Product * resultBatch : 0L);
        ArrayView<float> offsets = bias.SubView((long)tile.Product * biasBatch);
        // One block of each work-item at a time, in a loop: PoCL 3.1 goes wrong where this stands four times.
        for (int part = 0; part < 4; part++)
        {
            Block4 block = topLeft;
            if (part == 1)
            {
                block = topRight;
            }

            if (part == 2)
            {
                block = bottomLeft;
            }

            if (part == 3)
            {
                block = bottomRight;
            }

            Group.Barrier();
            Stage(shared, block, blockRow, blockColumn);
            Group.Barrier();
            StoreStage(shared, item, tile.Top + ((part >> 1) * 64), tile.Side + ((part & 1) * 64), m, n, epilogue, offsets, outputs, product);
        }
    }
}
