// Quern.Kernels.Gpu.Embedding.Forward(ArrayView<float> table, ArrayView<int> rows, int columns, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void Embedding_Forward(
    __global float* table_buffer, long table_offset, long table_length,
    __global int* rows_buffer, long rows_offset, long rows_length,
    int columns,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* table = table_buffer + table_offset;
    __global int* rows = rows_buffer + rows_offset;
    __global float* result = result_buffer + result_offset;

    int groups = (int)get_num_groups(0) / (int)rows_length;
    int row = (int)get_group_id(0) / groups;
    int column = ((int)get_group_id(0) - row * groups) * 64 + (int)get_local_id(0);

    if (column < columns)
    {
        result[(long)row * (long)columns + column] = table[(long)rows[row] * (long)columns + column];
    }
}
