// Quern.Kernels.Gpu.Embedding.Backward(ArrayView<float> outputGradient, ArrayView<int> positions, ArrayView<int> rows, ArrayView<int> starts, int columns, ArrayView<float> tableGradient)
__kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void Embedding_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global int* positions_buffer, long positions_offset, long positions_length,
    __global int* rows_buffer, long rows_offset, long rows_length,
    __global int* starts_buffer, long starts_offset, long starts_length,
    int columns,
    __global float* tableGradient_buffer, long tableGradient_offset, long tableGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global int* positions = positions_buffer + positions_offset;
    __global int* rows = rows_buffer + rows_offset;
    __global int* starts = starts_buffer + starts_offset;
    __global float* tableGradient = tableGradient_buffer + tableGradient_offset;

    int groups = (int)get_num_groups(0) / (int)rows_length;
    int row = (int)get_group_id(0) / groups;
    int column = ((int)get_group_id(0) - row * groups) * 64 + (int)get_local_id(0);

    if (column < columns)
    {
        long at = (long)rows[row] * (long)columns + column;
        float sum = tableGradient[at];
        int end = starts[row + 1];

        for (int i = starts[row]; i < end; i++)
        {
            sum += outputGradient[(long)positions[i] * (long)columns + column];
        }
        tableGradient[at] = sum;
    }
}
