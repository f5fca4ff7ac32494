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

// Quern.Kernels.Gpu.RowLanes.MaxFold.Invoke(float left, float right)
static float MaxFold_Invoke(float left, float right)
{
    return fmax(left, right);
}

// Quern.Kernels.Gpu.RowLanes.Fold<RowLanes.MaxFold>(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Fold_MaxFold_local(__local float* shared, int lanes, float value)
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
            shared[place] = MaxFold_Invoke(shared[place], shared[place + distance_]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    return shared[place - lane];
}

// Quern.Kernels.Gpu.RowLanes.Max(ArrayView<float> shared, int lanes, float value)
static float RowLanes_Max_local(__local float* shared, int lanes, float value)
{
    return RowLanes_Fold_MaxFold_local(shared, lanes, value);
}

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.Elementary.Remainder(float x, float n)
static float Elementary_Remainder(float x, float n)
{
    return x - n * 0.6933594f + n * 0.00021219444f;
}

// Quern.Kernels.Gpu.Elementary.PowerOfTwo(int n)
static float Elementary_PowerOfTwo(int n)
{
    return as_float((uint)(n + 127) << 23);
}

// Quern.Kernels.Gpu.Elementary.Scale(float value, int n)
static float Elementary_Scale(float value, int n)
{
    int half_ = n >> 1;

    return value * Elementary_PowerOfTwo(half_) * Elementary_PowerOfTwo(n - half_);
}

// Quern.Kernels.Gpu.Elementary.ExpMinusOne(float r)
static float Elementary_ExpMinusOne(float r)
{
    float q = 0.0013926176f * r + 0.008363173f;

    q = q * r + 0.041666556f;
    q = q * r + 0.16666578f;
    q = q * r + 0.5f;
    return q * (r * r) + r;
}

// Quern.Kernels.Gpu.Elementary.Exp(float x)
static float Elementary_Exp(float x)
{
    float atMost = x > 89.0f ? 89.0f : x;
    float inside = atMost < -104.0f ? -104.0f : atMost;
    float shifted = inside * 1.442695f + 12582912.0f;
    float r = Elementary_Remainder(inside, shifted - 12582912.0f);

    return Elementary_Scale(1.0f + Elementary_ExpMinusOne(r), (int)(as_uint(shifted) - 1262485504u));
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

// Quern.Kernels.Gpu.Softmax.Forward(ArrayView<float> x, int columns, int lanes, ArrayView<float> y)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Softmax_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    int columns,
    int lanes,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    long start = (long)RowLanes_Row(lanes) * (long)columns;
    int count = start < y_length ? columns : 0;
    float max_ = -INFINITY;
    Total total;
    float sum;
    float factor;

    for (int j = lane; j < count; j += lanes)
    {
        max_ = fmax(max_, x[start + j]);
    }
    max_ = RowLanes_Max_local(shared, lanes, max_);
    total = Total_Zero();
    for (int j = lane; j < count; j += lanes)
    {
        float power = Elementary_Exp(x[start + j] - max_);

        y[start + j] = power;
        total = Total_Add(total, power);
    }
    sum = RowLanes_Sum_local(shared, lanes, Total_Value(total));
    factor = 1.0f / sum;
    for (int j = lane; j < count; j += lanes)
    {
        y[start + j] *= factor;
    }
}
