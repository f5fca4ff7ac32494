// Quern.Kernels.Gpu.Columns.Gather(ArrayView<float> pictures, int inputHeight, int inputWidth, int outputHeight, int outputWidth, int windowHeight, int windowWidth, int strideY, int strideX, int paddingY, int paddingX, int dilationY, int dilationX, int rowLength, int run, ArrayView<float> columns)
__kernel void Columns_Gather(
    __global float* pictures_buffer, long pictures_offset, long pictures_length,
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
    int rowLength,
    int run,
    __global float* columns_buffer, long columns_offset, long columns_length)
{
    __global float* pictures = pictures_buffer + pictures_offset;
    __global float* columns = columns_buffer + columns_offset;

    int positions = outputHeight * outputWidth;
    int runs = (positions - 1) / run + 1;
    int row = (int)get_global_id(0) / runs;

    if (row < (int)columns_length / rowLength)
    {
        int position = ((int)get_global_id(0) - row * runs) * run;
        int end = min(position + run, positions);
        int area = windowHeight * windowWidth;
        int plane = row / area;
        int element = row - plane * area;
        int ky = element / windowWidth;
        int kx = element - ky * windowWidth;
        int i = position / outputWidth;
        int j = position - i * outputWidth;
        long to = (long)row * (long)rowLength;

        while (position < end)
        {
            int y = i * strideY - paddingY + ky * dilationY;
            int x = j * strideX - paddingX + kx * dilationX;
            long from = ((long)plane * (long)inputHeight + y) * inputWidth;
            int width = y >= 0 && y < inputHeight ? inputWidth : 0;
            int rowEnd = min(end, position + outputWidth - j);

            for (; position < rowEnd; position++)
            {
                float value = 0.0f;

                if (x >= 0 && x < width)
                {
                    value = pictures[from + x];
                }
                columns[to + position] = value;
                x += strideX;
            }
            i++;
            j = 0;
        }
    }
}
