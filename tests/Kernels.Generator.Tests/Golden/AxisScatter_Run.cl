// Quern.Kernels.Gpu.AxisScatter.Run(ArrayView<float> source, ArrayView<float> index, int count, int inner, int columns, int parts, int accumulate, int axis, ArrayView<float> result)
__kernel void AxisScatter_Run(
    __global float* source_buffer, long source_offset, long source_length,
    __global float* index_buffer, long index_offset, long index_length,
    int count,
    int inner,
    int columns,
    int parts,
    int accumulate,
    int axis,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* source = source_buffer + source_offset;
    __global float* index = index_buffer + index_offset;
    __global float* result = result_buffer + result_offset;

    int item = (int)get_global_id(0);
    int part = item / columns;

    if (part < parts)
    {
        int column = item - part * columns;
        int first = (int)((long)axis * (long)part / parts);
        int last = (int)((long)axis * (long)(part + 1) / parts);
        int outer = column / inner;
        int i = column - outer * inner;
        long to = (long)outer * (long)axis * inner + i;
        long from = (long)outer * (long)count * inner + i;

        for (int j = 0; j < count; j++)
        {
            int place = convert_int_sat(index[from]);

            if (place >= first && place < last)
            {
                long at = to + (long)place * (long)inner;
                float value = source[from];

                result[at] = accumulate != 0 ? result[at] + value : value;
            }
            from += inner;
        }
    }
}
