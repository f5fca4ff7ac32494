// Quern.Kernels.Gpu.BatchNorm.InverseDeviation(float variance, float epsilon)
static float BatchNorm_InverseDeviation(float variance, float epsilon)
{
    return 1.0f / sqrt(variance + epsilon);
}

// Quern.Kernels.Gpu.BatchNorm.Forward(ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, float epsilon, ArrayView<float> weight, ArrayView<float> bias, int inner, int run, ArrayView<float> y)
__kernel void BatchNorm_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* variance_buffer, long variance_offset, long variance_length,
    float epsilon,
    __global float* weight_buffer, long weight_offset, long weight_length,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int inner,
    int run,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* variance = variance_buffer + variance_offset;
    __global float* weight = weight_buffer + weight_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* y = y_buffer + y_offset;

    int runs = (inner - 1) / run + 1;
    int plane = (int)get_global_id(0) / runs;

    if (plane < (int)y_length / inner)
    {
        int first = ((int)get_global_id(0) - plane * runs) * run;
        long end = (long)plane * (long)inner + min(first + run, inner);
        int channel = plane - plane / (int)mean_length * (int)mean_length;
        float center = mean[channel];
        float scale = BatchNorm_InverseDeviation(variance[channel], epsilon);
        float offset;

        if ((int)weight_length > 0)
        {
            scale *= weight[channel];
        }
        offset = 0.0f;
        if ((int)bias_length > 0)
        {
            offset = bias[channel];
        }
        for (long i = (long)plane * (long)inner + first; i < end; i++)
        {
            y[i] = (x[i] - center) * scale + offset;
        }
    }
}
