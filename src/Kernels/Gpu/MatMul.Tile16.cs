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
        int tileRow = Grid.IdxX / across;
        int number = tileRow / down;
        int steps = number == (Grid.DimX / (across * down)) - 1 ? lastK : k;
        ArrayView<float> leftMatrix = left.SubView((long)number * leftBatch);
        ArrayView<float> rightMatrix = right.SubView((long)number * rightBatch);
        int top = (tileRow - (number * down)) * 16;
        int side = (Grid.IdxX - (tileRow * across)) * 16;
        int item = (Group.IdxY * 16) + Group.IdxX;

        // Which four elements of a slab this work-item brings.
        bool leftAlongSteps = leftStep == 1;
        bool rightAlongSteps = rightColumn != 1;
        int leftRun = leftAlongSteps ? leftStep : leftRow;
        int rightRun = rightAlongSteps ? rightStep : rightColumn;
        int leftLine = FirstLine(item, 16, leftAlongSteps);
        int rightLine = FirstLine(item, 16, rightAlongSteps);
        int leftFrom = FirstStep16(item, leftAlongSteps);
        int rightFrom = FirstStep16(item, rightAlongSteps);
        int leftTo = (leftFrom * 20) + leftLine;
        int rightTo = (rightFrom * 20) + rightLine;
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
            Put(shared, leftTo, 20, Zeroed(leftValues, leftInside), leftAlongSteps);
            Put(shared.SubView(2 * 320), rightTo, 20, Zeroed(rightValues, rightInside), rightAlongSteps);
            leftPlace += 64L * leftStep;
            rightPlace += 64L * rightStep;
            leftInside = Inside(top + leftLine, m, 64 + leftFrom, steps, leftAlongSteps);
            rightInside = Inside(side + rightLine, n, 64 + rightFrom, steps, rightAlongSteps);
            leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
            rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
        }

        // The two halves of a warp are four steps apart, which are 16 banks.
        int slice = ((item >> 7) << 3) + (((item >> 4) & 1) << 2) + ((item >> 5) & 3);
        int blockRow = (item >> 2) & 3;
        int blockColumn = item & 3;
        Block4 block = Block4.Zero();
        bool isWhole = leftVectors != 0 && rightVectors != 0 && top + 16 <= m && side + 16 <= n;
        int current = 0;
        for (int start = 0; start < steps; start += 64)
        {
            // This slab is there, and the one before it is no longer read. The next, which set out a slab ago, takes that one's place, and the one
            // after it sets out. Where both lie inside the operands, nothing is asked of single elements; the last slab has none after it.
            Group.Barrier();
            int other = 320 - current;
            leftPlace += 64L * leftStep;
            rightPlace += 64L * rightStep;
            if (isWhole && start + (3 * 64) <= steps)
            {
                Put(shared.SubView(other), leftTo, 20, leftValues, leftAlongSteps);
                Put(shared.SubView((2 * 320) + other), rightTo, 20, rightValues, rightAlongSteps);
                leftValues = leftMatrix.AsAligned(16).Cast<Float4>()[leftPlace >> 2];
                rightValues = rightMatrix.AsAligned(16).Cast<Float4>()[rightPlace >> 2];
            }
            else if (start + 64 < steps)
            {
                int leftInside = Inside(top + leftLine, m, start + 64 + leftFrom, steps, leftAlongSteps);
                int rightInside = Inside(side + rightLine, n, start + 64 + rightFrom, steps, rightAlongSteps);
                Put(shared.SubView(other), leftTo, 20, Zeroed(leftValues, leftInside), leftAlongSteps);
                Put(shared.SubView((2 * 320) + other), rightTo, 20, Zeroed(rightValues, rightInside), rightAlongSteps);
                leftInside = Inside(top + leftLine, m, start + (2 * 64) + leftFrom, steps, leftAlongSteps);
                rightInside = Inside(side + rightLine, n, start + (2 * 64) + rightFrom, steps, rightAlongSteps);
                leftValues = Fetch(leftMatrix, leftPlace, leftInside, leftRun, leftVectors);
                rightValues = Fetch(rightMatrix, rightPlace, rightInside, rightRun, rightVectors);
            }

            ArrayView<Float4> rows = shared.SubView(current + (slice * 5) + blockRow);
            ArrayView<Float4> columns = shared.SubView((2 * 320) + current + (slice * 5) + blockColumn);
            block = Block4.AddProduct(block, rows[0], columns[0]);
            block = Block4.AddProduct(block, rows[80], columns[80]);
            block = Block4.AddProduct(block, rows[160], columns[160]);
            block = Block4.AddProduct(block, rows[240], columns[240]);
            current = other;
        }

        Group.Barrier();

        if (leftSums.IntLength > 0 && side == 0 && (sumsBatch > 0 || number == 0))
        {
            int allSteps = sumsBatch > 0 ? steps : (((Grid.DimX / (across * down)) - 1) * k) + lastK;
            SumRows(
                leftMatrix, leftRow, leftStep, leftVectors, top, m, allSteps, leftLine, leftFrom, leftAlongSteps, 16, 64, shared, item, accumulateSums, leftSums.SubView((long)number * sumsBatch));
        }

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

        int row = top + (item >> 4);
        int column = side + (item & 15);
        if (row < m && column < n)
        {
            long batch = (long)number * resultBatch;
            Store(
                (sum0 + sum1) + (sum2 + sum3),
                ((long)row * n) + column,
                biasRow != 0 ? row : column,
                accumulate,
                bias.SubView((long)number * biasBatch),
                bias.IntLength,
                activation,
                gradientOutput.SubView(gradientOutput.IntLength > 0 ? batch : 0L),
                gradientOutput.IntLength,
                gradientActivation,
                result.SubView(batch));
        }
    }

    /// <summary>The first step of a work-item's four elements in a slab of 16 lines.</summary>
    private static int FirstStep16(int item, bool alongSteps) => alongSteps ? ((item >> 5) << 3) + ((item & 1) << 2) : ((item >> 5) << 3) + (((item >> 2) & 1) << 2) + ((item >> 3) & 3);
}
