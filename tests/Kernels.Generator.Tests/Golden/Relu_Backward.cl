// Quern.Kernels.Gpu.Activations.ReluGradient(float gradient, float y)
static float Activations_ReluGradient(float gradient, float y)
{
    return y > 0.0f ? gradient : 0.0f;
}

// Quern.Kernels.Gpu.Relu.Backward(ArrayView<float> outputGradient, ArrayView<float> output, ArrayView<float> inputGradient)
__kernel void Relu_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* output_buffer, long output_offset, long output_length,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* output = output_buffer + output_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)inputGradient_length)
    {
        inputGradient[i] = Activations_ReluGradient(outputGradient[i], output[i]);
    }
}
