// Quern.Kernels.Gpu.BatchNorm.InverseDeviation(float variance, float epsilon)
static float BatchNorm_InverseDeviation(float variance, float epsilon)
{
    return 1.0f / sqrt(variance + epsilon);
}

// Quern.Kernels.Gpu.BatchNorm.FoldProducts(ArrayView<float> outputGradient, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, float epsilon, int batch, int inner, int sections, int lanes, ArrayView<float> result)
__kernel void BatchNorm_FoldProducts(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* variance_buffer, long variance_offset, long variance_length,
    float epsilon,
    int batch,
    int inner,
    int sections,
    int lanes,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* variance = variance_buffer + variance_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int channels = (int)mean_length;
        int rest = i / lanes;
        int lane = i - rest * lanes;
        int section = rest / channels;
        int channel = rest - section * channels;
        float center = mean[channel];
        float sum = 0.0f;

        for (int sample = section; sample < batch; sample += sections)
        {
            long start = ((long)sample * (long)channels + channel) * inner;

            for (int j = lane; j < inner; j += lanes)
            {
                sum += outputGradient[start + j] * (x[start + j] - center);
            }
        }
        result[i] = sum * BatchNorm_InverseDeviation(variance[channel], epsilon);
    }
}
