// Quern.Kernels.Gpu.BatchNorm.Running(ArrayView<float> mean, ArrayView<float> variance, float unbiased, float momentum, ArrayView<float> runningMean, ArrayView<float> runningVariance)
__kernel void BatchNorm_Running(
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* variance_buffer, long variance_offset, long variance_length,
    float unbiased,
    float momentum,
    __global float* runningMean_buffer, long runningMean_offset, long runningMean_length,
    __global float* runningVariance_buffer, long runningVariance_offset, long runningVariance_length)
{
    __global float* mean = mean_buffer + mean_offset;
    __global float* variance = variance_buffer + variance_offset;
    __global float* runningMean = runningMean_buffer + runningMean_offset;
    __global float* runningVariance = runningVariance_buffer + runningVariance_offset;

    int channel = (int)get_global_id(0);

    if (channel < (int)mean_length)
    {
        runningMean[channel] = (1.0f - momentum) * runningMean[channel] + momentum * mean[channel];
        runningVariance[channel] = (1.0f - momentum) * runningVariance[channel] + momentum * (variance[channel] * unbiased);
    }
}
