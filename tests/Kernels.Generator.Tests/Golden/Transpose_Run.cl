// Quern.Kernels.Gpu.Transpose.Run(ArrayView<float> matrix, int rows, int columns, int across, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(16, 16, 1)))
void Transpose_Run(
    __global float* matrix_buffer, long matrix_offset, long matrix_length,
    int rows,
    int columns,
    int across,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* matrix = matrix_buffer + matrix_offset;
    __global float* result = result_buffer + result_offset;
    __local float square[272] __attribute__((aligned(16)));

    int top = (int)get_group_id(0) / across * 16;
    int left = ((int)get_group_id(0) - (int)get_group_id(0) / across * across) * 16;
    int row = top + (int)get_local_id(1);
    int column = left + (int)get_local_id(0);

    if (row < rows && column < columns)
    {
        square[(int)get_local_id(1) * 17 + (int)get_local_id(0)] = matrix[(long)row * (long)columns + column];
    }
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    row = left + (int)get_local_id(1);
    column = top + (int)get_local_id(0);
    if (row < columns && column < rows)
    {
        result[(long)row * (long)rows + column] = square[(int)get_local_id(0) * 17 + (int)get_local_id(1)];
    }
}
