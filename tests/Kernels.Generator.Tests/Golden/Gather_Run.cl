// Quern.Kernels.Gpu.Gather.Run(ArrayView<byte> source, ArrayView<int> rows, int rowLength, float scale, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(256, 1, 1)))
void Gather_Run(
    __global uchar* source_buffer, long source_offset, long source_length,
    __global int* rows_buffer, long rows_offset, long rows_length,
    int rowLength,
    float scale,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global uchar* source = source_buffer + source_offset;
    __global int* rows = rows_buffer + rows_offset;
    __global float* result = result_buffer + result_offset;

    int row = (int)get_group_id(0) / ((int)get_num_groups(0) / (int)rows_length);
    int column = ((int)get_group_id(0) - row * ((int)get_num_groups(0) / (int)rows_length)) * 256 + (int)get_local_id(0);

    if (column < rowLength)
    {
        result[(long)row * (long)rowLength + column] = source[(long)rows[row] * (long)rowLength + column] * scale;
    }
}
