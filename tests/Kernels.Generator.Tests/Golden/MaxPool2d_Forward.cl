// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.MaxPool2d.Greatest(ArrayView<float> x, long start, int inputHeight, int inputWidth, int size, int dilation, int top, int left)
static int MaxPool2d_Greatest(__global float* x, long start, int inputHeight, int inputWidth, int size, int dilation, int top, int left)
{
    int place = -1;
    int greatest = 0;

    for (int ky = 0; ky < size; ky++)
    {
        int row = top + ky * dilation;
        int width = row >= 0 && row < inputHeight ? inputWidth : 0;

        for (int kx = 0; kx < size; kx++)
        {
            int column = left + kx * dilation;

            if (column >= 0 && column < width)
            {
                int at = row * inputWidth + column;
                int value = ArgMax_Order(x[start + at]);

                if (place < 0 || value > greatest)
                {
                    place = at;
                    greatest = value;
                }
            }
        }
    }
    return place;
}

// Quern.Kernels.Gpu.MaxPool2d.GreatestOf(ArrayView<float> x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation)
static long MaxPool2d_GreatestOf(__global float* x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation)
{
    int row = at / outputWidth;
    int j = at - row * outputWidth;
    int plane = row / outputHeight;
    int i = row - plane * outputHeight;
    long start = (long)plane * (long)inputHeight * inputWidth;

    return start + MaxPool2d_Greatest(x, start, inputHeight, inputWidth, size, dilation, i * stride - padding, j * stride - padding);
}

// Quern.Kernels.Gpu.MaxPool2d.Forward(ArrayView<float> x, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation, ArrayView<float> y)
__kernel void MaxPool2d_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    int inputHeight,
    int inputWidth,
    int outputHeight,
    int outputWidth,
    int size,
    int stride,
    int padding,
    int dilation,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int at = (int)get_global_id(0);

    if (at < (int)y_length)
    {
        y[at] = x[MaxPool2d_GreatestOf(x, at, inputHeight, inputWidth, outputHeight, outputWidth, size, stride, padding, dilation)];
    }
}
