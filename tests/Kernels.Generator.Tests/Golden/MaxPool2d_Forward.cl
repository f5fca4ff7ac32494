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

// Quern.Kernels.Gpu.Columns.FirstFrom(int distance, int stride)
static int Columns_FirstFrom(int distance_, int stride)
{
    return distance_ > 0 ? (distance_ - 1) / stride + 1 : 0;
}

// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.MaxPool2d.Greatest(ArrayView<float> x, long start, int inputHeight, int inputWidth, int windowHeight, int windowWidth, int dilationY, int dilationX, int top, int left)
static int MaxPool2d_Greatest(__global float* x, long start, int inputHeight, int inputWidth, int windowHeight, int windowWidth, int dilationY, int dilationX, int top, int left)
{
    int place = -1;
    int greatest = 0;
    int endRow = MaxPool2d_End(top, inputHeight, windowHeight, dilationY);
    int firstColumn = Columns_FirstFrom(-left, dilationX);
    int endColumn = MaxPool2d_End(left, inputWidth, windowWidth, dilationX);

    for (int ky = Columns_FirstFrom(-top, dilationY); ky < endRow; ky++)
    {
        int first = (top + ky * dilationY) * inputWidth + left;

        for (int kx = firstColumn; kx < endColumn; kx++)
        {
            int at = first + kx * dilationX;
            int value = ArgMax_Order(x[start + at]);

            if (place < 0 || value > greatest)
            {
                place = at;
                greatest = value;
            }
        }
    }
    return place;
}

// Quern.Kernels.Gpu.MaxPool2d.GreatestOf(ArrayView<float> x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX)
static long MaxPool2d_GreatestOf(__global float* x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX)
{
    int row = at / outputWidth;
    int j = at - row * outputWidth;
    int plane = row / outputHeight;
    int i = row - plane * outputHeight;
    long start = (long)plane * (long)inputHeight * inputWidth;
    int top = i * strideY - paddingY;
    int left = j * strideX - paddingX;
    int place = MaxPool2d_Greatest(x, start, inputHeight, inputWidth, windowHeight, windowWidth, dilationY, dilationX, top, left);

    return place < 0 ? -1L : start + place;
}

// Quern.Kernels.Gpu.MaxPool2d.Forward(ArrayView<float> x, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, ArrayView<float> y)
__kernel void MaxPool2d_Forward(
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
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int at = (int)get_global_id(0);

    if (at < (int)y_length)
    {
        long place = MaxPool2d_GreatestOf(x, at, inputHeight, inputWidth, outputHeight, outputWidth, windowHeight, windowWidth, strideY, strideX, paddingY, paddingX, dilationY, dilationX);
        float greatest = -INFINITY;

        if (place >= 0L)
        {
            greatest = x[place];
        }
        y[at] = greatest;
    }
}
