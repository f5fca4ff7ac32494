// Quern.Kernels.Gpu.ClipNorm.Run(ArrayView<float> x, ArrayView<float> norm, float maxNorm)
__kernel void ClipNorm_Run(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* norm_buffer, long norm_offset, long norm_length,
    float maxNorm)
{
    __global float* x = x_buffer + x_offset;
    __global float* norm = norm_buffer + norm_offset;

    int i = (int)get_global_id(0);

    if (i < (int)x_length)
    {
        float factor = maxNorm / (norm[0] + 1e-06f);

        x[i] *= factor < 1.0f ? factor : 1.0f;
    }
}
