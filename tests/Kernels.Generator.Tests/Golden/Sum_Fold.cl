// Quern.Kernels.Gpu.Sum.Fold(ArrayView<float> x, int axis, int inner, int sections, float scale, int accumulate, ArrayView<float> result)
__kernel void Sum_Fold(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int sections,
    float scale,
    int accumulate,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int rest = i / inner;
        int row = rest / sections;
        int first = rest - row * sections;
        long start = (long)row * (long)axis * inner + (i - rest * inner);
        float sum = 0.0f;

        for (int j = first; j < axis; j += sections)
        {
            sum += x[start + (long)j * (long)inner];
        }
        sum *= scale;
        result[i] = accumulate != 0 ? result[i] + sum : sum;
    }
}
