namespace Quern.Kernels.Gpu;

/// <summary>
/// The elements along an axis in order, by a bitonic network: steps that each compare elements at one distance from each other and exchange those
/// in the wrong order. Every step is a launch, so that an axis may be as long as it likes.
/// </summary>
internal static partial class Sort
{
    /// <summary>
    /// keys[o · inner + i, j] = what x[o, j, i] is sorted by, and behind it j, so that no key is there twice. One work-item for each element.
    /// </summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="descending">Not 0 for the greatest first.</param>
    /// <param name="keys">The keys, a column after the other.</param>
    [Kernel]
    public static void Key(ArrayView<float> x, int axis, int inner, int descending, ArrayView<ulong> keys)
    {
        int at = Grid.GlobalIndex.X;
        if (at < x.IntLength)
        {
            int row = at / inner;
            int outer = row / axis;
            int j = row - (outer * axis);
            long column = ((long)outer * inner) + (at - (row * inner));
            uint order = (uint)ArgMax.Order(x[at]) ^ 0x80000000u;
            uint key = descending != 0 ? ~order : order;
            keys[(column * axis) + j] = ((ulong)key << 32) | (uint)j;
        }
    }

    /// <summary>Compares two keys at a distance, and exchanges them if they are in the wrong order. One work-item for each pair.</summary>
    /// <param name="keys">The keys, a column after the other.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="axis">The keys of a column.</param>
    /// <param name="pairs">The pairs of a column; those that reach beyond its end are left alone.</param>
    /// <param name="distance">The distance, a power of two; blocks are twice as long.</param>
    /// <param name="turned">Not 0 to compare the first of a block with the last, the second with the last but one, and so on.</param>
    [Kernel]
    public static void Exchange(ArrayView<ulong> keys, int columns, int axis, int pairs, int distance, int turned)
    {
        int item = Grid.GlobalIndex.X;
        int column = item / pairs;
        if (column < columns)
        {
            int pair = item - (column * pairs);
            int block = pair / distance * (2 * distance);
            int inside = pair & (distance - 1);
            int first = block + inside;
            int second = block + (turned != 0 ? (2 * distance) - 1 - inside : distance + inside);
            if (second < axis)
            {
                long start = (long)column * axis;
                ulong left = keys[start + first];
                ulong right = keys[start + second];
                if (left > right)
                {
                    keys[start + first] = right;
                    keys[start + second] = left;
                }
            }
        }
    }

    /// <summary>values[o, j, i] = the element of the key j of its column, and places where it comes from. One work-item for each.</summary>
    /// <param name="x">The operand, [outer, axis, inner].</param>
    /// <param name="keys">The keys in order.</param>
    /// <param name="axis">The size of the axis.</param>
    /// <param name="inner">The product of the sizes after the axis.</param>
    /// <param name="count">How many of each column are wanted.</param>
    /// <param name="items">How many there are in all columns.</param>
    /// <param name="values">The elements, [outer, count, inner]; empty if they are not wanted.</param>
    /// <param name="places">Their places along the axis, [outer, count, inner]; empty if they are not wanted.</param>
    [Kernel]
    public static void Write(
        ArrayView<float> x, ArrayView<ulong> keys, int axis, int inner, int count, int items, ArrayView<float> values, ArrayView<float> places)
    {
        int at = Grid.GlobalIndex.X;
        if (at < items)
        {
            int row = at / inner;
            int outer = row / count;
            int i = at - (row * inner);
            long column = ((long)outer * inner) + i;
            int place = (int)(uint)keys[(column * axis) + (row - (outer * count))];
            if (values.IntLength > 0)
            {
                values[at] = x[((((long)outer * axis) + place) * inner) + i];
            }

            if (places.IntLength > 0)
            {
                places[at] = place;
            }
        }
    }
}
