// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.Total.Add(Total total, float value)
static Total Total_Add(Total total, float value)
{
    float sum = total._sum + value;
    float added = sum - total._sum;

    total._lost += total._sum - (sum - added) + (value - added);
    total._sum = sum;
    return total;
}

// Quern.Kernels.Gpu.Total.IsFinite(float value)
static bool Total_IsFinite(float value)
{
    return (as_uint(value) & 2139095040u) != 2139095040u;
}

// Quern.Kernels.Gpu.Total.Value(Total total)
static float Total_Value(Total total)
{
    return Total_IsFinite(total._sum) ? total._sum + total._lost : total._sum;
}

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
        Total total = Total_Zero();
        long step_ = (long)sections * (long)channels * inner;
        int sample = section;

        for (; sample < batch - 3 * sections; sample += 4 * sections)
        {
            long start = ((long)sample * (long)channels + channel) * inner;

            for (int from = lane; from < inner; from += 32 * lanes)
            {
                int to = min(inner, from + 32 * lanes);
                float block = 0.0f;

                for (int j = from; j < to; j += lanes)
                {
                    long at = start + j;
                    float x0 = outputGradient[at] * (x[at] - center);
                    float x1 = outputGradient[at + step_] * (x[at + step_] - center);
                    float x2 = outputGradient[at + 2L * step_] * (x[at + 2L * step_] - center);
                    float x3 = outputGradient[at + 3L * step_] * (x[at + 3L * step_] - center);

                    block += x0 + x1 + (x2 + x3);
                }
                total = Total_Add(total, block);
            }
        }
        for (; sample < batch; sample += sections)
        {
            long start = ((long)sample * (long)channels + channel) * inner;

            for (int from = lane; from < inner; from += 32 * lanes)
            {
                int to = min(inner, from + 32 * lanes);
                float block = 0.0f;

                for (int j = from; j < to; j += lanes)
                {
                    block += outputGradient[start + j] * (x[start + j] - center);
                }
                total = Total_Add(total, block);
            }
        }
        result[i] = Total_Value(total) * BatchNorm_InverseDeviation(variance[channel], epsilon);
    }
}
