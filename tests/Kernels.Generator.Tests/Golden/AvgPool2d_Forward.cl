// Quern.Kernels.Gpu.Columns.FirstFrom(int distance, int stride)
static int Columns_FirstFrom(int distance_, int stride)
{
    return distance_ > 0 ? (distance_ - 1) / stride + 1 : 0;
}

// Quern.Kernels.Gpu.MaxPool2d.End(int start, int length, int size, int dilation)
static int MaxPool2d_End(int start, int length_, int size, int dilation)
{
    int room = length_ - 1 - start;
    int end = size;

    if (room < (size - 1) * dilation)
    {
        end = room < 0 ? 0 : room / dilation + 1;
    }
    return end;
}

// Quern.Kernels.Gpu.AvgPool2d.Count(float divisor, int rows, int columns)
static float AvgPool2d_Count(float divisor, int rows, int columns)
{
    float count = divisor;

    if (divisor == 0.0f)
    {
        count = 1.0f;
        if (rows > 0 && columns > 0)
        {
            count = (float)rows * (float)columns;
        }
    }
    return count;
}

// Quern.Kernels.Gpu.AvgPool2d.Forward(ArrayView<float> x, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, float divisor, ArrayView<float> y)
__kernel void AvgPool2d_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    int inputHeight,
    int inputWidth,
    int outputHeight,
    int outputWidth,
    int windowHeight,
    int windowWidth,
    int strideY,
    int strideX,
    int paddingY,
    int paddingX,
    int dilationY,
    int dilationX,
    float divisor,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int at = (int)get_global_id(0);

    if (at < (int)y_length)
    {
        int row = at / outputWidth;
        int j = at - row * outputWidth;
        int plane = row / outputHeight;
        int i = row - plane * outputHeight;
        long start = (long)plane * (long)inputHeight * inputWidth;
        int top = i * strideY - paddingY;
        int left = j * strideX - paddingX;
        int firstRow = Columns_FirstFrom(-top, dilationY);
        int endRow = MaxPool2d_End(top, inputHeight, windowHeight, dilationY);
        int firstColumn = Columns_FirstFrom(-left, dilationX);
        int endColumn = MaxPool2d_End(left, inputWidth, windowWidth, dilationX);
        float sum = 0.0f;

        for (int ky = firstRow; ky < endRow; ky++)
        {
            long from = start + (top + ky * dilationY) * inputWidth + left;

            for (int kx = firstColumn; kx < endColumn; kx++)
            {
                sum += x[from + kx * dilationX];
            }
        }
        y[at] = sum / AvgPool2d_Count(divisor, endRow - firstRow, endColumn - firstColumn);
    }
}
