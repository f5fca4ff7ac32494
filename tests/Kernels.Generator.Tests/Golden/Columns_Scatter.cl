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

// Quern.Kernels.Gpu.Columns.Scatter(ArrayView<float> columns, ArrayView<float> bias, int channels, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, int run, ArrayView<float> pictures)
__kernel void Columns_Scatter(
    __global float* columns_buffer, long columns_offset, long columns_length,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int channels,
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
    int run,
    __global float* pictures_buffer, long pictures_offset, long pictures_length)
{
    __global float* columns = columns_buffer + columns_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* pictures = pictures_buffer + pictures_offset;

    int plane = inputHeight * inputWidth;
    int runs = (plane - 1) / run + 1;
    int number = (int)get_global_id(0) / runs;

    if (number < (int)pictures_length / plane)
    {
        int place = ((int)get_global_id(0) - number * runs) * run;
        int end = min(place + run, plane);
        float start = 0.0f;
        int positions;
        int reachY;
        int reachX;
        long from;
        long to;
        int y;
        int x;

        if ((int)bias_length > 0)
        {
            start = bias[number - number / channels * channels];
        }
        positions = outputHeight * outputWidth;
        reachY = (windowHeight - 1) * dilationY;
        reachX = (windowWidth - 1) * dilationX;
        from = (long)number * (long)windowHeight * windowWidth * positions;
        to = (long)number * (long)plane;
        y = place / inputWidth;
        x = place - y * inputWidth;
        while (place < end)
        {
            int below = y + paddingY;
            int firstRow = Columns_FirstFrom(below - reachY, strideY);
            int endRow = min(below / strideY + 1, outputHeight);
            int rowEnd = min(end, place + inputWidth - x);

            for (; place < rowEnd; place++)
            {
                int right = x + paddingX;
                int firstColumn = Columns_FirstFrom(right - reachX, strideX);
                int endColumn = min(right / strideX + 1, outputWidth);
                float sum = start;

                for (int i = firstRow; i < endRow; i++)
                {
                    int ky = Columns_Steps(below - i * strideY, dilationY);

                    if (ky >= 0)
                    {
                        int row = ky * windowWidth * positions + i * outputWidth;

                        for (int j = firstColumn; j < endColumn; j++)
                        {
                            int kx = Columns_Steps(right - j * strideX, dilationX);

                            if (kx >= 0)
                            {
                                sum += columns[from + row + kx * positions + j];
                            }
                        }
                    }
                }
                pictures[to + place] = sum;
                x++;
            }
            y++;
            x = 0;
        }
    }
}
