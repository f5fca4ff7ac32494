// Quern.Kernels.Gpu.ChannelSum.Fold(ArrayView<float> x, int batch, int channels, int inner, int sections, int lanes, float scale, int accumulate, ArrayView<float> result)
__kernel void ChannelSum_Fold(
    __global float* x_buffer, long x_offset, long x_length,
    int batch,
    int channels,
    int inner,
    int sections,
    int lanes,
    float scale,
    int accumulate,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int rest = i / lanes;
        int lane = i - rest * lanes;
        int section = rest / channels;
        int channel = rest - section * channels;
        float sum = 0.0f;

        for (int sample = section; sample < batch; sample += sections)
        {
            long start = ((long)sample * (long)channels + channel) * inner;

            for (int j = lane; j < inner; j += lanes)
            {
                sum += x[start + j];
            }
        }
        sum *= scale;
        result[i] = accumulate != 0 ? result[i] + sum : sum;
    }
}
