namespace Quern.Kernels.Gpu;

// How slabs come from memory and results go there: what the tiles have in common. A slab is [steps, lines], where a line is a row of the left
// operand or a column of the right one, with four floats to spare after each step. Every work-item brings four neighbours of it: along the
// steps or along the lines, whichever lie side by side in memory. A warp that brings them along steps takes 16 lines and two fours of steps, which
// then go to 32 different banks.
internal static partial class MatMul
{
    /// <summary>The first line of a work-item's four elements.</summary>
    /// <param name="item">The work-item.</param>
    /// <param name="lines">The lines of the slab: 16, 64 or 128.</param>
    /// <param name="alongSteps">Whether the four are neighbours along the steps.</param>
    private static int FirstLine(int item, int lines, bool alongSteps) =>
        alongSteps ? ((item >> 1) & 15) + (((item >> 5) & ((lines >> 4) - 1)) << 4) : (item << 2) & (lines - 1);

    /// <summary>How many of a work-item's four elements are inside the operand: all where it is 4 or more, none from 0 down.</summary>
    private static int Inside(int line, int lines, int step, int steps, bool alongSteps)
    {
        int inside = alongSteps ? steps - step : lines - line;
        bool outside = alongSteps ? line >= lines : step >= steps;
        return outside ? 0 : inside;
    }

    /// <summary>
    /// Four neighbours of an operand, of which the first so many are inside; what the others are is open. With vectors, the four are side by
    /// side at a multiple of 16 bytes, and all or none of them inside. No load waits for another: not even a branch is there but
    /// that for vectors, which is the same for all.
    /// </summary>
    private static Float4 Fetch(ArrayView<float> operand, long place, int inside, int stride, int vectors)
    {
        long first = inside > 0 ? place : 0L;
        Float4 values;
        if (vectors != 0)
        {
            values = operand.AsAligned(16).Cast<Float4>()[first >> 2];
        }
        else
        {
            long second = inside > 1 ? first + stride : first;
            long third = inside > 2 ? second + stride : first;
            long fourth = inside > 3 ? third + stride : first;
            values.X = operand[first];
            values.Y = operand[second];
            values.Z = operand[third];
            values.W = operand[fourth];
        }

        return values;
    }

    /// <summary>What <see cref="Fetch"/> brought, with zeros for what is outside.</summary>
    private static Float4 Zeroed(Float4 values, int inside) =>
        new Float4(inside > 0 ? values.X : 0f, inside > 1 ? values.Y : 0f, inside > 2 ? values.Z : 0f, inside > 3 ? values.W : 0f);

    /// <summary>Four elements to their place in a slab.</summary>
    /// <param name="slab">Shared memory.</param>
    /// <param name="place">The place of the first element, in floats.</param>
    /// <param name="stride">From one step of the slab to the next, in floats.</param>
    /// <param name="values">The four elements.</param>
    /// <param name="alongSteps">Whether they are neighbours along the steps.</param>
    private static void Put(ArrayView<Float4> slab, int place, int stride, Float4 values, bool alongSteps)
    {
        if (alongSteps)
        {
            ArrayView<float> floats = slab.Cast<float>();
            floats[place] = values.X;
            floats[place + stride] = values.Y;
            floats[place + (2 * stride)] = values.Z;
            floats[place + (3 * stride)] = values.W;
        }
        else
        {
            slab[place >> 2] = values;
        }
    }

    /// <summary>
    /// Sums the rows of a tile of the left operand, slab by slab as the product takes them. All work-items of the group must get here, and
    /// nothing may be left in the shared memory.
    /// </summary>
    /// <param name="left">The left operand.</param>
    /// <param name="leftRow">From one of its rows to the next.</param>
    /// <param name="leftStep">From one of its columns to the next.</param>
    /// <param name="vectors">Not 0 where four neighbours may be read at once.</param>
    /// <param name="top">The tile's first row.</param>
    /// <param name="m">The rows of the operand.</param>
    /// <param name="steps">Its columns.</param>
    /// <param name="line">The work-item's first row of a slab.</param>
    /// <param name="step">The work-item's first step of a slab.</param>
    /// <param name="alongSteps">Whether its four elements are neighbours along the steps.</param>
    /// <param name="lines">The rows of a tile.</param>
    /// <param name="depth">The steps of a slab.</param>
    /// <param name="slab">Shared memory.</param>
    /// <param name="item">The work-item.</param>
    /// <param name="accumulate">Not 0 to add to what is there.</param>
    /// <param name="sums">The sums.</param>
    private static void SumRows(
        ArrayView<float> left,
        int leftRow,
        int leftStep,
        int vectors,
        int top,
        int m,
        int steps,
        int line,
        int step,
        bool alongSteps,
        int lines,
        int depth,
        ArrayView<Float4> slab,
        int item,
        int accumulate,
        ArrayView<float> sums)
    {
        int row = top + line;
        int run = alongSteps ? leftStep : leftRow;
        long place = ((long)row * leftRow) + ((long)step * leftStep);
        long distance = (long)depth * leftStep;
        float x = 0f;
        float y = 0f;
        float z = 0f;
        float w = 0f;
        for (int start = 0; start < steps; start += 4 * depth)
        {
            int inside0 = Inside(row, m, start + step, steps, alongSteps);
            int inside1 = Inside(row, m, start + depth + step, steps, alongSteps);
            int inside2 = Inside(row, m, start + (2 * depth) + step, steps, alongSteps);
            int inside3 = Inside(row, m, start + (3 * depth) + step, steps, alongSteps);
            Float4 values0 = Fetch(left, place, inside0, run, vectors);
            Float4 values1 = Fetch(left, place + distance, inside1, run, vectors);
            Float4 values2 = Fetch(left, place + (2L * distance), inside2, run, vectors);
            Float4 values3 = Fetch(left, place + (3L * distance), inside3, run, vectors);
            x += ((inside0 > 0 ? values0.X : 0f) + (inside1 > 0 ? values1.X : 0f)) + ((inside2 > 0 ? values2.X : 0f) + (inside3 > 0 ? values3.X : 0f));
            y += ((inside0 > 1 ? values0.Y : 0f) + (inside1 > 1 ? values1.Y : 0f)) + ((inside2 > 1 ? values2.Y : 0f) + (inside3 > 1 ? values3.Y : 0f));
            z += ((inside0 > 2 ? values0.Z : 0f) + (inside1 > 2 ? values1.Z : 0f)) + ((inside2 > 2 ? values2.Z : 0f) + (inside3 > 2 ? values3.Z : 0f));
            w += ((inside0 > 3 ? values0.W : 0f) + (inside1 > 3 ? values1.W : 0f)) + ((inside2 > 3 ? values2.W : 0f) + (inside3 > 3 ? values3.W : 0f));
            place += 4L * distance;
        }

        int stride = lines + 4;
        Put(slab, (step * stride) + line, stride, new Float4(x, y, z, w), alongSteps);
        Group.Barrier();
        if (item < lines && top + item < m)
        {
            ArrayView<float> floats = slab.Cast<float>();
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
        ArrayView<Float4> stage,
        int item,
        int firstRow,
        int firstColumn,
        int m,
        int n,
        int accumulate,
        ArrayView<float> bias,
        int biasLength,
        int biasRow,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientLength,
        int gradientActivation,
        ArrayView<float> result)
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
                    StoreFour(
                        values,
                        firstRow + line,
                        column,
                        m,
                        n,
                        accumulate,
                        bias,
                        biasLength,
                        biasRow,
                        activation,
                        gradientOutput,
                        gradientLength,
                        gradientActivation,
                        result);
                }
            }
        }
    }

    /// <summary>As <see cref="Store"/>, four values of a column, four rows apart, of which the first is inside and the others are stored if they are. All loads come first.</summary>
    private static void StoreFour(
        Float4 values,
        int row,
        int column,
        int m,
        int n,
        int accumulate,
        ArrayView<float> bias,
        int biasLength,
        int biasRow,
        int activation,
        ArrayView<float> gradientOutput,
        int gradientLength,
        int gradientActivation,
        ArrayView<float> result)
    {
        // In place of rows beyond the last, the first is read once more.
        int row1 = row + 4 < m ? row + 4 : row;
        int row2 = row + 8 < m ? row + 8 : row;
        int row3 = row + 12 < m ? row + 12 : row;
        long place0 = ((long)row * n) + column;
        long place1 = ((long)row1 * n) + column;
        long place2 = ((long)row2 * n) + column;
        long place3 = ((long)row3 * n) + column;
        Float4 outputs = new Float4(0f, 0f, 0f, 0f);
        if (gradientLength > 0)
        {
            outputs = new Float4(gradientOutput[place0], gradientOutput[place1], gradientOutput[place2], gradientOutput[place3]);
        }

        if (accumulate != 0)
        {
            values += new Float4(result[place0], result[place1], result[place2], result[place3]);
        }

        if (biasLength > 0)
        {
            values += biasRow != 0
                ? new Float4(bias[row], bias[row1], bias[row2], bias[row3])
                : new Float4(bias[column], bias[column], bias[column], bias[column]);
        }

        if (activation != Activations.None)
        {
            values = new Float4(
                Activations.Apply(activation, values.X),
                Activations.Apply(activation, values.Y),
                Activations.Apply(activation, values.Z),
                Activations.Apply(activation, values.W));
        }

        if (gradientLength > 0)
        {
            values = new Float4(
                Activations.Gradient(gradientActivation, values.X, outputs.X),
                Activations.Gradient(gradientActivation, values.Y, outputs.Y),
                Activations.Gradient(gradientActivation, values.Z, outputs.Z),
                Activations.Gradient(gradientActivation, values.W, outputs.W));
        }

        result[place0] = values.X;
        if (row + 4 < m)
        {
            result[place1] = values.Y;
        }

        if (row + 8 < m)
        {
            result[place2] = values.Z;
        }

        if (row + 12 < m)
        {
            result[place3] = values.W;
        }
    }
}
