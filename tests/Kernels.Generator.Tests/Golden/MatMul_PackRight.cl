// Quern.Kernels.Gpu.MatMul.PackRight(ArrayView<float> right, int rightStep, int rightColumn, int n, int k, ArrayView<float> panels)
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void MatMul_PackRight(
    __global float* right_buffer, long right_offset, long right_length,
    int rightStep,
    int rightColumn,
    int n,
    int k,
    __global float* panels_buffer, long panels_offset, long panels_length)
{
    __global float* right = right_buffer + right_offset;
    __global float* panels = panels_buffer + panels_offset;

    int panel = (int)get_group_id(0);
    int column = panel * 16;
    int columns = min(16, n - column);
    int firstStep = (int)get_group_id(1) * 64;
    int endStep = min(firstStep + 64, k);

    for (int step_ = firstStep; step_ < endStep; step_++)
    {
        long from = (long)step_ * (long)rightStep + (long)column * (long)rightColumn;
        long to = ((long)panel * (long)k + step_) * 16L;

        for (int j = 0; j < columns; j++)
        {
            panels[to + j] = right[from + (long)j * (long)rightColumn];
        }
        for (int j = columns; j < 16; j++)
        {
            panels[to + j] = 0.0f;
        }
    }
}
