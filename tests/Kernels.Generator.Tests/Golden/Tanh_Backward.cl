// Quern.Kernels.Gpu.Activations.TanhGradient(float gradient, float y)
static float Activations_TanhGradient(float gradient, float y)
{
    return gradient * (1.0f - y * y);
}

// Quern.Kernels.Gpu.Tanh.Backward(ArrayView<float> outputGradient, ArrayView<float> output, ArrayView<float> inputGradient)
__kernel void Tanh_Backward(
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
        inputGradient[i] = Activations_TanhGradient(outputGradient[i], output[i]);
    }
}
