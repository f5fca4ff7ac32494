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

// Quern.Kernels.Gpu.BatchNorm.SquaredDifference.Of(float first, float second, float center)
static float SquaredDifference_Of(float first, float second, float center)
{
    float difference = first - center;

    return difference * difference;
}

// Quern.Kernels.Gpu.Total.Add(Total total, float value)
static Total Total_Add(Total total_given, float value)
{
    Total total = total_given;

    float sum = total._sum + value;
    float added = sum - total._sum;

    total._lost += total._sum - (sum - added) + (value - added);
    total._sum = sum;
    return total;
}

// Quern.Kernels.Gpu.ChannelRun.Add<BatchNorm.SquaredDifference>(Total total, ArrayView<float> first, ArrayView<float> second, long start, int count, float center)
static Total ChannelRun_Add_SquaredDifference(Total total_given, __global float* first, __global float* second, long start, int count, float center)
{
    Total total = total_given;

    int j = 0;

    while (j < count - 7)
    {
        int end = min(j + 64, count) - 7;
        float s0 = 0.0f;
        float s1 = 0.0f;
        float s2 = 0.0f;
        float s3 = 0.0f;
        float s4 = 0.0f;
        float s5 = 0.0f;
        float s6 = 0.0f;
        float s7 = 0.0f;

        for (; j < end; j += 8)
        {
            long at = start + j;

            s0 += SquaredDifference_Of(first[at], second[at], center);
            s1 += SquaredDifference_Of(first[at + 1L], second[at + 1L], center);
            s2 += SquaredDifference_Of(first[at + 2L], second[at + 2L], center);
            s3 += SquaredDifference_Of(first[at + 3L], second[at + 3L], center);
            s4 += SquaredDifference_Of(first[at + 4L], second[at + 4L], center);
            s5 += SquaredDifference_Of(first[at + 5L], second[at + 5L], center);
            s6 += SquaredDifference_Of(first[at + 6L], second[at + 6L], center);
            s7 += SquaredDifference_Of(first[at + 7L], second[at + 7L], center);
        }
        total = Total_Add(total, s0 + s4 + (s1 + s5) + (s2 + s6 + (s3 + s7)));
    }
    for (; j < count; j++)
    {
        total = Total_Add(total, SquaredDifference_Of(first[start + j], second[start + j], center));
    }
    return total;
}

// Quern.Kernels.Gpu.ChannelRun.Fold<BatchNorm.SquaredDifference>(ArrayView<float> first, ArrayView<float> second, int batch, int channels, int inner, int sections, int lanes, int section, int channel, int lane, float center)
static Total ChannelRun_Fold_SquaredDifference(__global float* first, __global float* second, int batch, int channels, int inner, int sections, int lanes, int section, int channel, int lane, float center)
{
    Total total = Total_Zero();
    long step_ = (long)sections * (long)channels * inner;
    int sample = section;

    for (; lanes == 1 && inner >= 8 && sample < batch; sample += sections)
    {
        total = ChannelRun_Add_SquaredDifference(total, first, second, ((long)sample * (long)channels + channel) * inner, inner, center);
    }
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
                float x0 = SquaredDifference_Of(first[at], second[at], center);
                float x1 = SquaredDifference_Of(first[at + step_], second[at + step_], center);
                float x2 = SquaredDifference_Of(first[at + 2L * step_], second[at + 2L * step_], center);
                float x3 = SquaredDifference_Of(first[at + 3L * step_], second[at + 3L * step_], center);

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
                block += SquaredDifference_Of(first[start + j], second[start + j], center);
            }
            total = Total_Add(total, block);
        }
    }
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

// Quern.Kernels.Gpu.BatchNorm.FoldSquares(ArrayView<float> x, ArrayView<float> mean, int batch, int inner, int sections, int lanes, ArrayView<float> result)
__kernel void BatchNorm_FoldSquares(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    int batch,
    int inner,
    int sections,
    int lanes,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int channels = (int)mean_length;
        int rest = i / lanes;
        int lane = i - rest * lanes;
        int section = rest / channels;
        int channel = rest - section * channels;
        Total total = ChannelRun_Fold_SquaredDifference(x, x, batch, channels, inner, sections, lanes, section, channel, lane, mean[channel]);

        result[i] = Total_Value(total);
    }
}
