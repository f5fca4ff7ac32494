// Quern.Kernels.Gpu.Activations.Relu(float x)
static float Activations_Relu(float x)
{
    return x < 0.0f ? 0.0f : x;
}

// Quern.Kernels.Gpu.Relu.Forward(ArrayView<float> x, ArrayView<float> y)
__kernel void Relu_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = Activations_Relu(x[i]);
    }
}
