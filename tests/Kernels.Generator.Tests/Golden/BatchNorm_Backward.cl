// Quern.Kernels.Gpu.BatchNorm.InverseDeviation(float variance, float epsilon)
static float BatchNorm_InverseDeviation(float variance, float epsilon)
{
    return 1.0f / sqrt(variance + epsilon);
}

// Quern.Kernels.Gpu.BatchNorm.Backward(ArrayView<float> outputGradient, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, float epsilon, ArrayView<float> weight, ArrayView<float> weightGradient, ArrayView<float> biasGradient, float inverseCount, int inner, int run, ArrayView<float> inputGradient)
__kernel void BatchNorm_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* variance_buffer, long variance_offset, long variance_length,
    float epsilon,
    __global float* weight_buffer, long weight_offset, long weight_length,
    __global float* weightGradient_buffer, long weightGradient_offset, long weightGradient_length,
    __global float* biasGradient_buffer, long biasGradient_offset, long biasGradient_length,
    float inverseCount,
    int inner,
    int run,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* variance = variance_buffer + variance_offset;
    __global float* weight = weight_buffer + weight_offset;
    __global float* weightGradient = weightGradient_buffer + weightGradient_offset;
    __global float* biasGradient = biasGradient_buffer + biasGradient_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int runs = (inner - 1) / run + 1;
    int plane = (int)get_global_id(0) / runs;

    if (plane < (int)inputGradient_length / inner)
    {
        int first = ((int)get_global_id(0) - plane * runs) * run;
        long end = (long)plane * (long)inner + min(first + run, inner);
        int channel = plane - plane / (int)mean_length * (int)mean_length;
        float center = mean[channel];
        float inverse = BatchNorm_InverseDeviation(variance[channel], epsilon);
        float scale = inverse;
        float shift;
        float slope;

        if ((int)weight_length > 0)
        {
            scale *= weight[channel];
        }
        shift = 0.0f;
        slope = 0.0f;
        if ((int)weightGradient_length > 0)
        {
            shift = biasGradient[channel] * inverseCount;
            slope = weightGradient[channel] * inverseCount * inverse;
        }
        for (long i = (long)plane * (long)inner + first; i < end; i++)
        {
            inputGradient[i] = (outputGradient[i] - shift - (x[i] - center) * slope) * scale;
        }
    }
}
