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

// Quern.Kernels.Gpu.MaxPool2d.Greatest(ArrayView<float> x, long start, int inputHeight, int inputWidth, int size, int dilation, int top, int left)
static int MaxPool2d_Greatest(__global float* x, long start, int inputHeight, int inputWidth, int size, int dilation, int top, int left)
{
    int place = -1;
    int greatest = 0;
    int endRow = MaxPool2d_End(top, inputHeight, size, dilation);
    int firstColumn = Columns_FirstFrom(-left, dilation);
    int endColumn = MaxPool2d_End(left, inputWidth, size, dilation);

    for (int ky = Columns_FirstFrom(-top, dilation); ky < endRow; ky++)
    {
        int first = (top + ky * dilation) * inputWidth + left;

        for (int kx = firstColumn; kx < endColumn; kx++)
        {
            int at = first + kx * dilation;
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

// Quern.Kernels.Gpu.MaxPool2d.GreatestOf(ArrayView<float> x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation)
static long MaxPool2d_GreatestOf(__global float* x, int at, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation)
{
    int row = at / outputWidth;
    int j = at - row * outputWidth;
    int plane = row / outputHeight;
    int i = row - plane * outputHeight;
    long start = (long)plane * (long)inputHeight * inputWidth;
    int place = MaxPool2d_Greatest(x, start, inputHeight, inputWidth, size, dilation, i * stride - padding, j * stride - padding);

    return place < 0 ? -1L : start + place;
}

// Quern.Kernels.Gpu.MaxPool2d.BackwardApart(ArrayView<float> outputGradient, ArrayView<float> x, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation, ArrayView<float> inputGradient)
__kernel void MaxPool2d_BackwardApart(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    int inputHeight,
    int inputWidth,
    int outputHeight,
    int outputWidth,
    int size,
    int stride,
    int padding,
    int dilation,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int at = (int)get_global_id(0);

    if (at < (int)outputGradient_length)
    {
        long place = MaxPool2d_GreatestOf(x, at, inputHeight, inputWidth, outputHeight, outputWidth, size, stride, padding, dilation);

        if (place >= 0L)
        {
            inputGradient[place] = outputGradient[at];
        }
    }
}
