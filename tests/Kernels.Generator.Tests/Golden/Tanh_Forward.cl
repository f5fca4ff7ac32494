// Quern.Kernels.Gpu.Tanh.Forward(ArrayView<float> x, ArrayView<float> y)
__kernel void Tanh_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = tanh(x[i]);
    }
}
