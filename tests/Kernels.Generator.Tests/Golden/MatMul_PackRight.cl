// Quern.Kernels.Gpu.MatMul.PackRight(ArrayView<float> right, int rightStep, int rightColumn, int rightBatch, int n, int k, ArrayView<float> panels)
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void MatMul_PackRight(
    __global float* right_buffer, long right_offset, long right_length,
    int rightStep,
    int rightColumn,
    int rightBatch,
    int n,
    int k,
    __global float* panels_buffer, long panels_offset, long panels_length)
{
    __global float* right = right_buffer + right_offset;
    __global float* panels = panels_buffer + panels_offset;

    __global float* matrix = right + (long)(int)get_group_id(2) * (long)rightBatch;
    int column = (int)get_group_id(0) * 16;
    long panel = (long)(int)get_group_id(2) * (long)(int)get_num_groups(0) + (int)get_group_id(0);
    int columns = min(16, n - column);
    int firstStep = (int)get_group_id(1) * 64;
    int endStep = min(firstStep + 64, k);

    for (int step_ = firstStep; step_ < endStep; step_++)
    {
        long from = (long)step_ * (long)rightStep + (long)column * (long)rightColumn;
        long to = (panel * k + step_) * 16L;

        for (int j = 0; j < columns; j++)
        {
            panels[to + j] = matrix[from + (long)j * (long)rightColumn];
        }
        for (int j = columns; j < 16; j++)
        {
            panels[to + j] = 0.0f;
        }
    }
}
