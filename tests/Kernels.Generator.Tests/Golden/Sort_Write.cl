// Quern.Kernels.Gpu.Sort.Write(ArrayView<float> x, ArrayView<ulong> keys, int axis, int inner, int count, int items, ArrayView<float> values, ArrayView<float> places)
__kernel void Sort_Write(
    __global float* x_buffer, long x_offset, long x_length,
    __global ulong* keys_buffer, long keys_offset, long keys_length,
    int axis,
    int inner,
    int count,
    int items,
    __global float* values_buffer, long values_offset, long values_length,
    __global float* places_buffer, long places_offset, long places_length)
{
    __global float* x = x_buffer + x_offset;
    __global ulong* keys = keys_buffer + keys_offset;
    __global float* values = values_buffer + values_offset;
    __global float* places = places_buffer + places_offset;

    int at = (int)get_global_id(0);

    if (at < items)
    {
        int row = at / inner;
        int outer = row / count;
        int i = at - row * inner;
        long column = (long)outer * (long)inner + i;
        int place = (int)(uint)keys[column * axis + (row - outer * count)];

        if ((int)values_length > 0)
        {
            values[at] = x[((long)outer * (long)axis + place) * inner + i];
        }
        if ((int)places_length > 0)
        {
            places[at] = place;
        }
    }
}
