// Quern.Kernels.Gpu.Sort.Exchange(ArrayView<ulong> keys, int columns, int axis, int pairs, int distance, int turned)
__kernel void Sort_Exchange(
    __global ulong* keys_buffer, long keys_offset, long keys_length,
    int columns,
    int axis,
    int pairs,
    int distance_,
    int turned)
{
    __global ulong* keys = keys_buffer + keys_offset;

    int item = (int)get_global_id(0);
    int column = item / pairs;

    if (column < columns)
    {
        int pair = item - column * pairs;
        int block = pair / distance_ * (2 * distance_);
        int inside = pair & (distance_ - 1);
        int first = block + inside;
        int second = block + (turned != 0 ? 2 * distance_ - 1 - inside : distance_ + inside);

        if (second < axis)
        {
            long start = (long)column * (long)axis;
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
