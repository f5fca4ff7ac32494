// Quern.Kernels.Gpu.UpsampleNearest.Backward(ArrayView<float> outputGradient, int width, int factor, ArrayView<float> inputGradient)
__kernel void UpsampleNearest_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    int width,
    int factor,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)inputGradient_length)
    {
        int wide = width * factor;
        int row = i / width;
        long start = (long)row * (long)factor * wide + (i - row * width) * factor;
        float sum = 0.0f;

        for (int j = 0; j < factor; j++)
        {
            for (int k = 0; k < factor; k++)
            {
                sum += outputGradient[start + (long)j * (long)wide + k];
            }
        }
        inputGradient[i] = sum;
    }
}
