// Quern.Kernels.Gpu.Columns.Scatter(ArrayView<float> columns, ArrayView<float> bias, int channels, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int size, int stride, int padding, int dilation, int run, ArrayView<float> pictures)
__kernel void Columns_Scatter(
    __global float* columns_buffer, long columns_offset, long columns_length,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int channels,
    int inputHeight,
    int inputWidth,
    int outputHeight,
    int outputWidth,
    int size,
    int stride,
    int padding,
    int dilation,
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
        long from;
        long to;
        int y;
        int x;

        if ((int)bias_length > 0)
        {
            start = bias[number - number / channels * channels];
        }
        positions = outputHeight * outputWidth;
        from = (long)number * (long)size * size * positions;
        to = (long)number * (long)plane;
        y = place / inputWidth;
        x = place - y * inputWidth;
        for (; place < end; place++)
        {
            float sum = start;

            for (int ky = 0; ky < size; ky++)
            {
                int above = y + padding - ky * dilation;
                int i = above / stride;

                if (above >= 0 && i < outputHeight && i * stride == above)
                {
                    long row = from + (long)ky * (long)size * positions + i * outputWidth;

                    for (int kx = 0; kx < size; kx++)
                    {
                        int left = x + padding - kx * dilation;
                        int j = left / stride;

                        if (left >= 0 && j < outputWidth && j * stride == left)
                        {
                            sum += columns[row + (long)kx * (long)positions + j];
                        }
                    }
                }
            }
            pictures[to + place] = sum;
            x++;
            if (x == inputWidth)
            {
                x = 0;
                y++;
            }
        }
    }
}
