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

// Quern.Kernels.Gpu.MaxPool2d.Backward(ArrayView<float> outputGradient, ArrayView<float> x, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, ArrayView<float> inputGradient)
__kernel void MaxPool2d_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
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
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int at = (int)get_global_id(0);

    if (at < (int)inputGradient_length)
    {
        int row = at / inputWidth;
        int column = at - row * inputWidth;
        int plane = row / inputHeight;
        long start;
        int place;
        int reachY;
        int reachX;
        int firstRow;
        int endRow;
        int firstColumn;
        int endColumn;
        float sum;

        row -= plane * inputHeight;
        start = (long)plane * (long)inputHeight * inputWidth;
        place = row * inputWidth + column;
        reachY = (windowHeight - 1) * dilationY;
        reachX = (windowWidth - 1) * dilationX;
        firstRow = Columns_FirstFrom(row + paddingY - reachY, strideY);
        endRow = min((row + paddingY) / strideY + 1, outputHeight);
        firstColumn = Columns_FirstFrom(column + paddingX - reachX, strideX);
        endColumn = min((column + paddingX) / strideX + 1, outputWidth);
        sum = 0.0f;
        for (int i = firstRow; i < endRow; i++)
        {
            for (int j = firstColumn; j < endColumn; j++)
            {
                int top = i * strideY - paddingY;
                int left = j * strideX - paddingX;

                if (MaxPool2d_Greatest(x, start, inputHeight, inputWidth, windowHeight, windowWidth, dilationY, dilationX, top, left) == place)
                {
                    sum += outputGradient[((long)plane * (long)outputHeight + i) * outputWidth + j];
                }
            }
        }
        inputGradient[at] = sum;
    }
}
