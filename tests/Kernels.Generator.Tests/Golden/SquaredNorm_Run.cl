// Quern.Kernels.Gpu.SquaredNorm.Run(ArrayView<float> x, ArrayView<float> sums)
__kernel void SquaredNorm_Run(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* sums = sums_buffer + sums_offset;

    int section = (int)get_global_id(0);

    if (section < (int)sums_length)
    {
        float sum = 0.0f;

        for (int i = section; i < (int)x_length; i += (int)sums_length)
        {
            sum += x[i] * x[i];
        }
        sums[section] = sum;
    }
}
