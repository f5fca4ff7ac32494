// Quern.Kernels.Gpu.LeakyRelu.Slope(float x, float slope)
static float LeakyRelu_Slope(float x, float slope)
{
    return x > 0.0f ? 1.0f : slope;
}

// Quern.Kernels.Gpu.LeakyRelu.Backward(ArrayView<float> outputGradient, ArrayView<float> x, float slope, ArrayView<float> inputGradient)
__kernel void LeakyRelu_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    float slope,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)inputGradient_length)
    {
        inputGradient[i] = outputGradient[i] * LeakyRelu_Slope(x[i], slope);
    }
}
