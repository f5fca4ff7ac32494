namespace Quern.Kernels.Gpu;

// What the tiles have in common besides their slabs (SlabShare).
internal static partial class MatMul
{
    /// <summary>
    /// Sums the rows of a tile of the left operand, slab by slab as the product takes them. All work-items of the group must get here, and
    /// nothing may be left in the shared memory.
    /// </summary>
    /// <param name="left">The left operand.</param>
    /// <param name="share">What the work-item brings of it, from the first slab on.</param>
    /// <param name="top">The tile's first row.</param>
    /// <param name="m">The rows of the operand.</param>
    /// <param name="steps">Its columns.</param>
    /// <param name="lines">The rows of a tile.</param>
    /// <param name="depth">The steps of a slab.</param>
    /// <param name="slab">Shared memory.</param>
    /// <param name="item">The work-item.</param>
    /// <param name="accumulate">Not 0 to add to what is there.</param>
    /// <param name="sums">The sums.</param>
    private static void SumRows(
        ArrayView<float> left, SlabShare share, int top, int m, int steps, int lines, int depth,
        ArrayView<Float4> slab, int item, int accumulate, ArrayView<float> sums)
    {
        Float4 own = new Float4(0f, 0f, 0f, 0f);
        for (int start = 0; start < steps; start += 4 * depth)
        {
            int inside0 = share.Inside(start, steps);
            int inside1 = share.Inside(start + depth, steps);
            int inside2 = share.Inside(start + (2 * depth), steps);
            int inside3 = share.Inside(start + (3 * depth), steps);
            Float4 values0 = share.Fetch(left, start, inside0);
            Float4 values1 = share.Fetch(left, start + depth, inside1);
            Float4 values2 = share.Fetch(left, start + (2 * depth), inside2);
            Float4 values3 = share.Fetch(left, start + (3 * depth), inside3);
            own += (SlabShare.Zeroed(values0, inside0) + SlabShare.Zeroed(values1, inside1))
                + (SlabShare.Zeroed(values2, inside2) + SlabShare.Zeroed(values3, inside3));
        }

        share.Put(slab, own);
        Group.Barrier();
        if (item < lines && top + item < m)
        {
            ArrayView<float> floats = slab.Cast<float>();
            int stride = lines + 4;
            float sum = 0f;
            for (int i = 0; i < depth; i += 4)
            {
                int at = (i * stride) + item;
                sum += (floats[at] + floats[at + stride]) + (floats[at + (2 * stride)] + floats[at + (3 * stride)]);
            }

            sums[top + item] = accumulate != 0 ? sums[top + item] + sum : sum;
        }

        Group.Barrier();
    }

    /// <summary>The columns of the left operand of which a tile sums the rows: its product's own, or those of all products where they are parts of one.</summary>
    private static int StepsToSum(TilePlace tile, int sumsBatch, int products, int k, int lastK) =>
        sumsBatch > 0 ? tile.Steps : ((products - 1) * k) + lastK;

    /// <summary>A work-item's block of 64 by 64 values to shared memory, from where <see cref="StoreStage"/> takes them.</summary>
    private static void Stage(ArrayView<Float4> stage, Block4 block, int blockRow, int blockColumn)
    {
        int place = (blockRow * 64) + blockColumn;
        stage[place] = block.Row0;
        stage[place + 16] = block.Row1;
        stage[place + 32] = block.Row2;
        stage[place + 48] = block.Row3;
    }

    /// <summary>
    /// Stores 64 by 64 values that the work-items of a group have put to shared memory, each if it is inside: neighbouring work-items write neighbours,
    /// and four values are under way at once.
    /// </summary>
    private static void StoreStage(
        ArrayView<Float4> stage, int item, int firstRow, int firstColumn, int m, int n,
        TileEpilogue epilogue, ArrayView<float> bias, ArrayView<float> gradientOutput, ArrayView<float> result)
    {
        int column = firstColumn + (item & 63);
        if (column < n)
        {
            ArrayView<float> floats = stage.Cast<float>();
            for (int i = 0; i < 64; i += 16)
            {
                int line = (item >> 6) + i;
                int from = (line * 64) + (item & 63);
                Float4 values = new Float4(floats[from], floats[from + 256], floats[from + 512], floats[from + 768]);
                if (firstRow + line < m)
                {
                    epilogue.StoreFour(values, firstRow + line, column, m, n, bias, gradientOutput, result);
                }
            }
        }
    }
}
