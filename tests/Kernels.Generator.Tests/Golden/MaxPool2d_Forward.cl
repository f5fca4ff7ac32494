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

// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.MaxPool2d.Greatest(ArrayView<float> x, long start, GpuWindowAxis rows, GpuWindowAxis columns, int top, int left)
static int MaxPool2d_Greatest(__global float* x, long start, GpuWindowAxis rows, GpuWindowAxis columns, int top, int left)
{
    int place = -1;
    int greatest = 0;
    int endRow = GpuWindowAxis_EndInside(rows, top);
    int firstColumn = GpuWindowAxis_FirstInside(columns, left);
    int endColumn = GpuWindowAxis_EndInside(columns, left);

    for (int ky = GpuWindowAxis_FirstInside(rows, top); ky < endRow; ky++)
    {
        int first = (top + ky * rows.Dilation) * columns.Input + left;

        for (int kx = firstColumn; kx < endColumn; kx++)
        {
            int at = first + kx * columns.Dilation;
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

// Quern.Kernels.Gpu.GpuWindowAxis.Start(int position)
static int GpuWindowAxis_Start(GpuWindowAxis self, int position)
{
    return position * self.Stride - self.Padding;
}

// Quern.Kernels.Gpu.MaxPool2d.GreatestOf(ArrayView<float> x, int at, GpuWindowAxis rows, GpuWindowAxis columns)
static long MaxPool2d_GreatestOf(__global float* x, int at, GpuWindowAxis rows, GpuWindowAxis columns)
{
    int row = at / columns.Output;
    int j = at - row * columns.Output;
    int plane = row / rows.Output;
    int i = row - plane * rows.Output;
    long start = (long)plane * (long)rows.Input * columns.Input;
    int place = MaxPool2d_Greatest(x, start, rows, columns, GpuWindowAxis_Start(rows, i), GpuWindowAxis_Start(columns, j));

    return place < 0 ? -1L : start + place;
}

// Quern.Kernels.Gpu.MaxPool2d.Forward(ArrayView<float> x, GpuWindowAxis rows, GpuWindowAxis columns, ArrayView<float> y)
__kernel void MaxPool2d_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    GpuWindowAxis rows_given,
    GpuWindowAxis columns_given,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    GpuWindowAxis rows = rows_given;
    GpuWindowAxis columns = columns_given;
    __global float* y = y_buffer + y_offset;

    int at = (int)get_global_id(0);

    if (at < (int)y_length)
    {
        long place = MaxPool2d_GreatestOf(x, at, rows, columns);
        float greatest = -INFINITY;

        if (place >= 0L)
        {
            greatest = x[place];
        }
        y[at] = greatest;
    }
}
