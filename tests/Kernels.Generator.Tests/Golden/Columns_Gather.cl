// Quern.Kernels.Gpu.GpuWindowAxis
typedef struct
{
    int Input;
    int Output;
    int Size;
    int Stride;
    int Padding;
    int Dilation;
} GpuWindowAxis;

// Quern.Kernels.Gpu.GpuWindowAxis.Start(int position)
static int GpuWindowAxis_Start(GpuWindowAxis self, int position)
{
    return position * self.Stride - self.Padding;
}

// Quern.Kernels.Gpu.Columns.Gather(ArrayView<float> pictures, GpuWindowAxis rows, GpuWindowAxis columns, int rowLength, int run, ArrayView<float> matrices)
__kernel void Columns_Gather(
    __global float* pictures_buffer, long pictures_offset, long pictures_length,
    GpuWindowAxis rows_given,
    GpuWindowAxis columns_given,
    int rowLength,
    int run,
    __global float* matrices_buffer, long matrices_offset, long matrices_length)
{
    __global float* pictures = pictures_buffer + pictures_offset;
    GpuWindowAxis rows = rows_given;
    GpuWindowAxis columns = columns_given;
    __global float* matrices = matrices_buffer + matrices_offset;

    int positions = rows.Output * columns.Output;
    int runs = (positions - 1) / run + 1;
    int row = (int)get_global_id(0) / runs;

    if (row < (int)matrices_length / rowLength)
    {
        int position = ((int)get_global_id(0) - row * runs) * run;
        int end = min(position + run, positions);
        int area = rows.Size * columns.Size;
        int plane = row / area;
        int element = row - plane * area;
        int ky = element / columns.Size;
        int kx = element - ky * columns.Size;
        int i = position / columns.Output;
        int j = position - i * columns.Output;
        int y = GpuWindowAxis_Start(rows, i) + ky * rows.Dilation;
        int left = GpuWindowAxis_Start(columns, 0) + kx * columns.Dilation;
        int height = rows.Input;
        int width = columns.Input;
        int outputWidth = columns.Output;
        int strideY = rows.Stride;
        int strideX = columns.Stride;
        long to = (long)row * (long)rowLength;

        while (position < end)
        {
            long from = ((long)plane * (long)height + y) * width;
            int visible = y >= 0 && y < height ? width : 0;
            int rowEnd = min(end, position + outputWidth - j);
            int x = left + j * strideX;

            for (; position < rowEnd; position++)
            {
                float value = 0.0f;

                if (x >= 0 && x < visible)
                {
                    value = pictures[from + x];
                }
                matrices[to + position] = value;
                x += strideX;
            }
            y += strideY;
            j = 0;
        }
    }
}
