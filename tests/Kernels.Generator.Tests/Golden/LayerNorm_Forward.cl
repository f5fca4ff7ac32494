// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

// Quern.Kernels.Gpu.RowLanes.Lane(int lanes)
static int RowLanes_Lane(int lanes)
{
    return (int)get_local_id(0) & (lanes - 1);
}

// Quern.Kernels.Gpu.RowLanes.Row(int lanes)
static int RowLanes_Row(int lanes)
{
    return (int)get_global_id(0) / lanes;
}

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.Total.Add(Total total, float value)
static Total Total_Add(Total total_given, float value)
{
    Total total = total_given;

    float sum = total._sum + value;
    float added = sum - total._sum;

    total._lost += total._sum - (sum - added) + (value - added);
    total._sum = sum;
    return total;
}

// Quern.Kernels.Gpu.RowLanes.SumFold.Invoke(float left, float right)
static float SumFold_Invoke(float left, float right)
{
    return left + right;
}

// Quern.Kernels.Gpu.RowLanes.Fold<RowLanes.SumFold>(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Fold_SumFold_local(__local float* shared, int lanes, float value)
{
    int place = (int)get_local_id(0);
    int lane = RowLanes_Lane(lanes);

    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    shared[place] = value;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int distance_ = lanes >> 1; distance_ > 0; distance_ >>= 1)
    {
        if (lane < distance_)
        {
            shared[place] = SumFold_Invoke(shared[place], shared[place + distance_]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    return shared[place - lane];
}

// Quern.Kernels.Gpu.RowLanes.Sum(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Sum_local(__local float* shared, int lanes, float value)
{
    return RowLanes_Fold_SumFold_local(shared, lanes, value);
}

// Quern.Kernels.Gpu.Total.IsFinite(float value)
static bool Total_IsFinite(float value)
{
    return (as_uint(value) & 2139095040u) != 2139095040u;
}

// Quern.Kernels.Gpu.Total.Value(Total total)
static float Total_Value(Total total)
{
    return Total_IsFinite(total._sum) ? total._sum + total._lost : total._sum;
}

// Quern.Kernels.Gpu.LayerNorm.Square(float value)
static float LayerNorm_Square(float value)
{
    return value * value;
}

// Quern.Kernels.Gpu.LayerNorm.Scaled(float value, ArrayView<float> weight, int weightLength, int column)
static float LayerNorm_Scaled(float value, __global float* weight, int weightLength, int column)
{
    if (weightLength > 0)
    {
        value *= weight[column];
    }
    return value;
}

// Quern.Kernels.Gpu.LayerNorm.Forward(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> bias, int columns, int lanes, float epsilon, ArrayView<float> y, ArrayView<float> mean, ArrayView<float> inverseDeviation)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void LayerNorm_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* weight_buffer, long weight_offset, long weight_length,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int columns,
    int lanes,
    float epsilon,
    __global float* y_buffer, long y_offset, long y_length,
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* inverseDeviation_buffer, long inverseDeviation_offset, long inverseDeviation_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* weight = weight_buffer + weight_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* y = y_buffer + y_offset;
    __global float* mean = mean_buffer + mean_offset;
    __global float* inverseDeviation = inverseDeviation_buffer + inverseDeviation_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    int row = RowLanes_Row(lanes);
    int count = row < (int)mean_length ? columns : 0;
    long start = (long)row * (long)columns;
    float origin = 0.0f;
    Total total;
    float scaled;
    int j;
    float sum;
    float center;
    float small;
    float squares;
    float unit;
    float variance;
    float factor;
    float inverse;

    if (count > 0)
    {
        origin = x[start];
    }
    total = Total_Zero();
    scaled = 0.0f;
    j = lane;
    for (; j < count - 3 * lanes; j += 4 * lanes)
    {
        long at = start + j;
        float x0 = x[at];
        float x1 = x[at + lanes];
        float x2 = x[at + 2 * lanes];
        float x3 = x[at + 3 * lanes];

        total = Total_Add(total, x0 - origin + (x1 - origin) + (x2 - origin + (x3 - origin)));
        scaled += x0 * 8.271806e-25f + x1 * 8.271806e-25f + (x2 * 8.271806e-25f + x3 * 8.271806e-25f) - 4.0f * (origin * 8.271806e-25f);
    }
    for (; j < count; j += lanes)
    {
        float value = x[start + j];

        total = Total_Add(total, value - origin);
        scaled += value * 8.271806e-25f - origin * 8.271806e-25f;
    }
    sum = RowLanes_Sum_local(shared, lanes, Total_Value(total));
    scaled = RowLanes_Sum_local(shared, lanes, scaled);
    center = Total_IsFinite(sum) ? origin + sum / columns : (origin * 8.271806e-25f + scaled / columns) / 8.271806e-25f;
    small = center * 8.271806e-25f;
    total = Total_Zero();
    scaled = 0.0f;
    j = lane;
    for (; j < count - 3 * lanes; j += 4 * lanes)
    {
        long at = start + j;
        float x0 = x[at];
        float x1 = x[at + lanes];
        float x2 = x[at + 2 * lanes];
        float x3 = x[at + 3 * lanes];

        total = Total_Add(total, LayerNorm_Square(x0 - center) + LayerNorm_Square(x1 - center) + (LayerNorm_Square(x2 - center) + LayerNorm_Square(x3 - center)));
        scaled += LayerNorm_Square(x0 * 8.271806e-25f - small) + LayerNorm_Square(x1 * 8.271806e-25f - small) + (LayerNorm_Square(x2 * 8.271806e-25f - small) + LayerNorm_Square(x3 * 8.271806e-25f - small));
    }
    for (; j < count; j += lanes)
    {
        float value = x[start + j];

        total = Total_Add(total, LayerNorm_Square(value - center));
        scaled += LayerNorm_Square(value * 8.271806e-25f - small);
    }
    squares = RowLanes_Sum_local(shared, lanes, Total_Value(total));
    scaled = RowLanes_Sum_local(shared, lanes, scaled);
    unit = Total_IsFinite(squares) ? 1.0f : 8.271806e-25f;
    variance = (Total_IsFinite(squares) ? squares : scaled) / columns;
    factor = 1.0f / sqrt(variance + epsilon * unit * unit);
    inverse = factor * unit;
    for (j = lane; j < count; j += lanes)
    {
        float value = LayerNorm_Scaled((x[start + j] * unit - center * unit) * factor, weight, (int)weight_length, j);

        if ((int)bias_length > 0)
        {
            value += bias[j];
        }
        y[start + j] = value;
    }
    if (lane == 0 && count > 0)
    {
        mean[row] = center;
        inverseDeviation[row] = inverse;
    }
}
