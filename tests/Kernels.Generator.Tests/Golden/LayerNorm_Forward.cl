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
    float sum;
    float center;
    float squares;
    float inverse;

    if (count > 0)
    {
        origin = x[start];
    }
    sum = 0.0f;
    for (int j = lane; j < count; j += lanes)
    {
        sum += x[start + j] - origin;
    }
    sum = RowLanes_Sum_local(shared, lanes, sum);
    center = origin + sum / columns;
    squares = 0.0f;
    for (int j = lane; j < count; j += lanes)
    {
        float distance_ = x[start + j] - center;

        squares += distance_ * distance_;
    }
    squares = RowLanes_Sum_local(shared, lanes, squares);
    inverse = 1.0f / sqrt(squares / columns + epsilon);
    for (int j = lane; j < count; j += lanes)
    {
        float value = LayerNorm_Scaled((x[start + j] - center) * inverse, weight, (int)weight_length, j);

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
