// Quern.Kernels.Gpu.ClipNorm.Run(ArrayView<float> x, ArrayView<float> squaredNorm, float maxNorm)
__kernel void ClipNorm_Run(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* squaredNorm_buffer, long squaredNorm_offset, long squaredNorm_length,
    float maxNorm)
{
    __global float* x = x_buffer + x_offset;
    __global float* squaredNorm = squaredNorm_buffer + squaredNorm_offset;

    int i = (int)get_global_id(0);

    if (i < (int)x_length)
    {
        float factor = maxNorm / (sqrt(squaredNorm[0]) + 1e-06f);

        x[i] *= factor < 1.0f ? factor : 1.0f;
    }
}
