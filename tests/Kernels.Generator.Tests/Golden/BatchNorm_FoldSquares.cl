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
        float center = mean[channel];
        float sum = 0.0f;

        for (int sample = section; sample < batch; sample += sections)
        {
            long start = ((long)sample * (long)channels + channel) * inner;

            for (int j = lane; j < inner; j += lanes)
            {
                float difference = x[start + j] - center;

                sum += difference * difference;
            }
        }
        result[i] = sum;
    }
}
