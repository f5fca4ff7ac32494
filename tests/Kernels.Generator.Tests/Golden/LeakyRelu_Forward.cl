// Quern.Kernels.Gpu.LeakyRelu.Slope(float x, float slope)
static float LeakyRelu_Slope(float x, float slope)
{
    return x > 0.0f ? 1.0f : slope;
}

// Quern.Kernels.Gpu.LeakyRelu.Forward(ArrayView<float> x, float slope, ArrayView<float> y)
__kernel void LeakyRelu_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    float slope,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = x[i] * LeakyRelu_Slope(x[i], slope);
    }
}
