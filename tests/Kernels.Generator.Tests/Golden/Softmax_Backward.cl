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

// Quern.Kernels.Gpu.Softmax.Backward(ArrayView<float> outputGradient, ArrayView<float> output, int columns, int lanes, ArrayView<float> inputGradient)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Softmax_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* output_buffer, long output_offset, long output_length,
    int columns,
    int lanes,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* output = output_buffer + output_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    long start = (long)RowLanes_Row(lanes) * (long)columns;
    int count = start < inputGradient_length ? columns : 0;
    Total total = Total_Zero();
    float dot_;

    for (int j = lane; j < count; j += lanes)
    {
        total = Total_Add(total, outputGradient[start + j] * output[start + j]);
    }
    dot_ = RowLanes_Sum_local(shared, lanes, Total_Value(total));
    for (int j = lane; j < count; j += lanes)
    {
        inputGradient[start + j] = output[start + j] * (outputGradient[start + j] - dot_);
    }
}
