// Quern.Kernels.Gpu.Columns.FirstFrom(int distance, int stride)
static int Columns_FirstFrom(int distance_, int stride)
{
    return distance_ > 0 ? (distance_ - 1) / stride + 1 : 0;
}

// Quern.Kernels.Gpu.Columns.Steps(int distance, int length)
static int Columns_Steps(int distance_, int length_)
{
    int steps = distance_;

    if (length_ > 1)
    {
        steps = distance_ / length_;
        if (steps * length_ != distance_)
        {
            steps = -1;
        }
    }
    return steps;
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

// Quern.Kernels.Gpu.AvgPool2d.Backward(ArrayView<float> outputGradient, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, float divisor, ArrayView<float> inputGradient)
__kernel void AvgPool2d_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
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
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int at = (int)get_global_id(0);

    if (at < (int)inputGradient_length)
    {
        int row = at / inputWidth;
        int column = at - row * inputWidth;
        int plane = row / inputHeight;
        int below;
        int right;
        int firstRow;
        int endRow;
        int firstColumn;
        int endColumn;
        float sum;

        row -= plane * inputHeight;
        below = row + paddingY;
        right = column + paddingX;
        firstRow = Columns_FirstFrom(below - (windowHeight - 1) * dilationY, strideY);
        endRow = min(below / strideY + 1, outputHeight);
        firstColumn = Columns_FirstFrom(right - (windowWidth - 1) * dilationX, strideX);
        endColumn = min(right / strideX + 1, outputWidth);
        sum = 0.0f;
        for (int i = firstRow; i < endRow; i++)
        {
            if (Columns_Steps(below - i * strideY, dilationY) >= 0)
            {
                int top = i * strideY - paddingY;
                int rows = MaxPool2d_End(top, inputHeight, windowHeight, dilationY) - Columns_FirstFrom(-top, dilationY);
                long from = ((long)plane * (long)outputHeight + i) * outputWidth;

                for (int j = firstColumn; j < endColumn; j++)
                {
                    if (Columns_Steps(right - j * strideX, dilationX) >= 0)
                    {
                        int left = j * strideX - paddingX;
                        int columns = MaxPool2d_End(left, inputWidth, windowWidth, dilationX) - Columns_FirstFrom(-left, dilationX);

                        sum += outputGradient[from + j] / AvgPool2d_Count(divisor, rows, columns);
                    }
                }
            }
        }
        inputGradient[at] = sum;
    }
}
