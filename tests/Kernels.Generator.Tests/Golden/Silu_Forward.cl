// Quern.Kernels.Gpu.Activations.Sigmoid(float x)
static float Activations_Sigmoid(float x)
{
    return 1.0f / (1.0f + exp(-x));
}

// Quern.Kernels.Gpu.Silu.Forward(ArrayView<float> x, ArrayView<float> y)
__kernel void Silu_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        float value = x[i];

        y[i] = value * Activations_Sigmoid(value);
    }
}
