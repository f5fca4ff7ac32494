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

// Quern.Kernels.Gpu.GpuWindowAxis.EndReaching(int place)
static int GpuWindowAxis_EndReaching(GpuWindowAxis self, int place)
{
    return min((place + self.Padding) / self.Stride + 1, self.Output);
}

// Quern.Kernels.Gpu.GpuWindowAxis.FirstFrom(int distance, int step)
static int GpuWindowAxis_FirstFrom(int distance_, int step_)
{
    return distance_ > 0 ? (distance_ - 1) / step_ + 1 : 0;
}

// Quern.Kernels.Gpu.GpuWindowAxis.FirstReaching(int place)
static int GpuWindowAxis_FirstReaching(GpuWindowAxis self, int place)
{
    return GpuWindowAxis_FirstFrom(place + self.Padding - (self.Size - 1) * self.Dilation, self.Stride);
}

// Quern.Kernels.Gpu.GpuWindowAxis.Start(int position)
static int GpuWindowAxis_Start(GpuWindowAxis self, int position)
{
    return position * self.Stride - self.Padding;
}

// Quern.Kernels.Gpu.GpuWindowAxis.ElementAt(int place, int position)
static int GpuWindowAxis_ElementAt(GpuWindowAxis self, int place, int position)
{
    int distance_ = place - GpuWindowAxis_Start(self, position);
    int element = distance_;

    if (self.Dilation > 1)
    {
        element = distance_ / self.Dilation;
        if (element * self.Dilation != distance_)
        {
            element = -1;
        }
    }
    return element;
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

// Quern.Kernels.Gpu.GpuWindowAxis.FirstInside(int start)
static int GpuWindowAxis_FirstInside(GpuWindowAxis self, int start)
{
    return GpuWindowAxis_FirstFrom(-start, self.Dilation);
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

// Quern.Kernels.Gpu.AvgPool2d.Backward(ArrayView<float> outputGradient, GpuWindowAxis rows, GpuWindowAxis columns, float divisor, ArrayView<float> inputGradient)
__kernel void AvgPool2d_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    GpuWindowAxis rows_given,
    GpuWindowAxis columns_given,
    float divisor,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    GpuWindowAxis rows = rows_given;
    GpuWindowAxis columns = columns_given;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int at = (int)get_global_id(0);

    if (at < (int)inputGradient_length)
    {
        int row = at / columns.Input;
        int column = at - row * columns.Input;
        int plane = row / rows.Input;
        int endRow;
        int firstColumn;
        int endColumn;
        float sum;

        row -= plane * rows.Input;
        endRow = GpuWindowAxis_EndReaching(rows, row);
        firstColumn = GpuWindowAxis_FirstReaching(columns, column);
        endColumn = GpuWindowAxis_EndReaching(columns, column);
        sum = 0.0f;
        for (int i = GpuWindowAxis_FirstReaching(rows, row); i < endRow; i++)
        {
            if (GpuWindowAxis_ElementAt(rows, row, i) >= 0)
            {
                int height = GpuWindowAxis_EndInside(rows, GpuWindowAxis_Start(rows, i)) - GpuWindowAxis_FirstInside(rows, GpuWindowAxis_Start(rows, i));
                long from = ((long)plane * (long)rows.Output + i) * columns.Output;

                for (int j = firstColumn; j < endColumn; j++)
                {
                    if (GpuWindowAxis_ElementAt(columns, column, j) >= 0)
                    {
                        int width = GpuWindowAxis_EndInside(columns, GpuWindowAxis_Start(columns, j)) - GpuWindowAxis_FirstInside(columns, GpuWindowAxis_Start(columns, j));

                        sum += outputGradient[from + j] / AvgPool2d_Count(divisor, height, width);
                    }
                }
            }
        }
        inputGradient[at] = sum;
    }
}
