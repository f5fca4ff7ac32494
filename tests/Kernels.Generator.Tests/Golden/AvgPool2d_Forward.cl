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

// Quern.Kernels.Gpu.GpuWindowAxis.FirstFrom(int distance, int step)
static int GpuWindowAxis_FirstFrom(int distance_, int step_)
{
    return distance_ > 0 ? (distance_ - 1) / step_ + 1 : 0;
}

// Quern.Kernels.Gpu.GpuWindowAxis.FirstInside(int start)
static int GpuWindowAxis_FirstInside(GpuWindowAxis self, int start)
{
    return GpuWindowAxis_FirstFrom(-start, self.Dilation);
}

// Quern.Kernels.Gpu.GpuWindowAxis.EndInside(int start)
static int GpuWindowAxis_EndInside(GpuWindowAxis self, int start)
{
    int room = self.Input - 1 - start;
    int end = self.Size;

    if (room < (self.Size - 1) * self.Dilation)
    {
        end = room < 0 ? 0 : room / self.Dilation + 1;
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

// Quern.Kernels.Gpu.AvgPool2d.Forward(ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, float divisor, ArrayView<float> y)
__kernel void AvgPool2d_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    GpuWindowAxis rows_given,
    GpuWindowAxis columns_given,
    float divisor,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    GpuWindowAxis rows = rows_given;
    GpuWindowAxis columns = columns_given;
    __global float* y = y_buffer + y_offset;

    int at = (int)get_global_id(0);

    if (at < (int)y_length)
    {
        int row = at / columns.Output;
        int j = at - row * columns.Output;
        int plane = row / rows.Output;
        int i = row - plane * rows.Output;
        long start = (long)plane * (long)rows.Input * columns.Input;
        int top = GpuWindowAxis_Start(rows, i);
        int left = GpuWindowAxis_Start(columns, j);
        int firstRow = GpuWindowAxis_FirstInside(rows, top);
        int endRow = GpuWindowAxis_EndInside(rows, top);
        int firstColumn = GpuWindowAxis_FirstInside(columns, left);
        int endColumn = GpuWindowAxis_EndInside(columns, left);
        float sum = 0.0f;

        for (int ky = firstRow; ky < endRow; ky++)
        {
            long from = start + (top + ky * rows.Dilation) * columns.Input + left;

            for (int kx = firstColumn; kx < endColumn; kx++)
            {
                sum += x[from + kx * columns.Dilation];
            }
        }
        y[at] = sum / AvgPool2d_Count(divisor, endRow - firstRow, endColumn - firstColumn);
    }
}
