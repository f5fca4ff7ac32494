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
        int tileRow = Grid.IdxX / across;
        int number = tileRow / down;
        int steps = number == (Grid.DimX / (across * down)) - 1 ? lastK : k;
        ArrayView<float> leftMatrix = left.SubView((long)number * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)number * rightBatch);
        int top = (tileRow - (number * down)) * 128;
        int side = (Grid.IdxX - (tileRow * across)) * 128;
        int item = (Group.IdxY * 16) + Group.IdxX;

        // Which four elements of a slab this work-item brings.
        bool leftAlongSteps = leftStep == 1;
        bool rightAlongSteps = rightColumn != 1;
        int leftRun = leftAlongSteps ? leftStep : leftRow;
        int rightRun = rightAlongSteps ? rightStep : rightColumn;
        int leftLine = FirstLine(item, 128, leftAlongSteps);
        int rightLine = FirstLine(item, 128, rightAlongSteps);
        int leftFrom = FirstStep128(item, leftAlongSteps);
        int rightFrom = FirstStep128(item, rightAlongSteps);
        int leftTo = (leftFrom * 132) + leftLine;
        int rightTo = (rightFrom * 132) + rightLine;
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
            Put(shared, leftTo, 132, Zeroed(leftValues, leftInside), leftAlongSteps);
            Put(shared.SubView(2 * 264), rightTo, 132, Zeroed(rightValues, rightInside), rightAlongSteps);
            leftPlace += 8L * leftStep;
            rightPlace += 8L * rightStep;
            leftInside = Inside(top + leftLine, m, 8 + leftFrom, steps, leftAlongSteps);
            rightInside = Inside(side + rightLine, n, 8 + rightFrom, steps, rightAlongSteps);
            leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
            rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        }

        // A warp has 4 rows and 8 columns of blocks: it reads 16 bytes of each bank at most.
        int blockRow = ((item >> 6) << 2) + ((item >> 3) & 3);
        int blockColumn = (((item >> 5) & 1) << 3) + (item & 7);
        Block4 topLeft = Block4.Zero();
        Block4 topRight = Block4.Zero();
        Block4 bottomLeft = Block4.Zero();
        Block4 bottomRight = Block4.Zero();
        bool isWhole = leftVectors != 0 && rightVectors != 0 && top + 128 <= m && side + 128 <= n;
        int current = 0;
        for (int start = 0; start < steps; start += 8)
        {
            // This slab is there, and the one before it is no longer read. The next, which set out a slab ago, takes that one's place, and the one
            // after it sets out. Where both lie inside the operands, nothing is asked of single elements; the last slab has none after it.
            Group.Barrier();
            int other = 264 - current;
            leftPlace += 8L * leftStep;
            rightPlace += 8L * rightStep;
            if (isWhole && start + (3 * 8) <= steps)
            {
                Put(shared.SubView(other), leftTo, 132, leftValues, leftAlongSteps);
                Put(shared.SubView((2 * 264) + other), rightTo, 132, rightValues, rightAlongSteps);
                leftValues = leftMatrix.AsAligned(16).Cast<Float4>()[leftPlace >> 2];
                rightValues = rightMatrix.AsAligned(16).Cast<Float4>()[rightPlace >> 2];
            }
            else if (start + 8 < steps)
            {
                int leftInside = Inside(top + leftLine, m, start + 8 + leftFrom, steps, leftAlongSteps);
                int rightInside = Inside(side + rightLine, n, start + 8 + rightFrom, steps, rightAlongSteps);
                Put(shared.SubView(other), leftTo, 132, Zeroed(leftValues, leftInside), leftAlongSteps);
                Put(shared.SubView((2 * 264) + other), rightTo, 132, Zeroed(rightValues, rightInside), rightAlongSteps);
                leftInside = Inside(top + leftLine, m, start + (2 * 8) + leftFrom, steps, leftAlongSteps);
                rightInside = Inside(side + rightLine, n, start + (2 * 8) + rightFrom, steps, rightAlongSteps);
                leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
                rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
            }

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

        if (leftSums.IntLength > 0 && side == 0 && (sumsBatch > 0 || number == 0))
        {
            int allSteps = sumsBatch > 0 ? steps : (((Grid.DimX / (across * down)) - 1) * k) + lastK;
            SumRows(
                leftMatrix, leftRow, leftStep, leftVectors, top, m, allSteps, leftLine, leftFrom, leftAlongSteps, 128, 8, shared, item, accumulateSums, leftSums.SubView((long)number * sumsBatch));
        }

        ArrayView<float> product = result.SubView((long)number * resultBatch);
        ArrayView<float> outputs = gradientOutput.SubView(gradientOutput.IntLength > 0 ? (long)number * resultBatch : 0L);
        ArrayView<float> offsets = bias.SubView((long)number * biasBatch);
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
            StoreStage(
                shared,
                item,
                top + ((part >> 1) * 64),
                side + ((part & 1) * 64),
                m,
                n,
                accumulate,
                offsets,
                bias.IntLength,
                biasRow,
                activation,
                outputs,
                gradientOutput.IntLength,
                gradientActivation,
                product);
        }
    }

    /// <summary>The first step of a work-item's four elements in a slab of 128 lines.</summary>
    private static int FirstStep128(int item, bool alongSteps) => alongSteps ? (item & 1) << 2 : item >> 5;
}
