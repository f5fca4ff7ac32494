// Quern.Kernels.Gpu.Activations.SigmoidGradient(float gradient, float y)
static float Activations_SigmoidGradient(float gradient, float y)
{
    return gradient * (y * (1.0f - y));
}

// Quern.Kernels.Gpu.Sigmoid.Backward(ArrayView<float> outputGradient, ArrayView<float> output, ArrayView<float> inputGradient)
__kernel void Sigmoid_Backward(
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
        inputGradient[i] = Activations_SigmoidGradient(outputGradient[i], output[i]);
    }
}
