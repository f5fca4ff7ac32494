// Quern.Kernels.Gpu.Activations.Sigmoid(float x)
static float Activations_Sigmoid(float x)
{
    return 1.0f / (1.0f + exp(-x));
}

// Quern.Kernels.Gpu.Silu.Backward(ArrayView<float> outputGradient, ArrayView<float> x, ArrayView<float> inputGradient)
__kernel void Silu_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)inputGradient_length)
    {
        float value = x[i];
        float s = Activations_Sigmoid(value);

        inputGradient[i] = outputGradient[i] * (s * (1.0f + value * (1.0f - s)));
    }
}
