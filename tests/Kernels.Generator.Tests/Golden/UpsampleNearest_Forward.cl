// Quern.Kernels.Gpu.UpsampleNearest.Forward(ArrayView<float> x, int width, int factor, ArrayView<float> y)
__kernel void UpsampleNearest_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    int width,
    int factor,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)x_length * factor)
    {
        int row = i / width;
        int column = i - row * width;
        float value = x[row / factor * width + column];
        int start = i * factor;

        for (int j = 0; j < factor; j++)
        {
            y[start + j] = value;
        }
    }
}
