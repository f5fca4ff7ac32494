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

// Quern.Kernels.Gpu.CrossEntropy.Target(ArrayView<float> target, int targetIsClass, int row, long start, int column)
static float CrossEntropy_Target(__global float* target, int targetIsClass, int row, long start, int column)
{
    if (targetIsClass != 0)
    {
        return column == convert_int_sat(target[row]) ? 1.0f : 0.0f;
    }
    return target[start + column];
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

// Quern.Kernels.Gpu.CrossEntropy.Run(ArrayView<float> output, ArrayView<float> target, int classes, int lanes, int targetIsClass, float scale, ArrayView<float> inputGradient, ArrayView<float> losses)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void CrossEntropy_Run(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    int classes,
    int lanes,
    int targetIsClass,
    float scale,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    __global float* losses_buffer, long losses_offset, long losses_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* losses = losses_buffer + losses_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    int row = RowLanes_Row(lanes);
    int count = row < (int)losses_length ? classes : 0;
    int rowInside = min(row, (int)losses_length - 1);
    long start = (long)rowInside * (long)classes;
    float max_ = -INFINITY;
    float sum;
    float weight;
    float dot_;

    for (int j = lane; j < count; j += lanes)
    {
        max_ = fmax(max_, output[start + j]);
    }
    max_ = RowLanes_Max_local(shared, lanes, max_);
    sum = 0.0f;
    weight = 0.0f;
    dot_ = 0.0f;
    for (int j = lane; j < count; j += lanes)
    {
        float below = output[start + j] - max_;
        float t;

        sum += exp(below);
        t = CrossEntropy_Target(target, targetIsClass, rowInside, start, j);
        weight += t;
        dot_ += t == 0.0f && targetIsClass != 0 ? 0.0f : t * below;
    }
    sum = RowLanes_Sum_local(shared, lanes, sum);
    weight = RowLanes_Sum_local(shared, lanes, weight);
    dot_ = RowLanes_Sum_local(shared, lanes, dot_);
    if ((int)inputGradient_length > 0)
    {
        float factor = scale * weight / sum;

        for (int j = lane; j < count; j += lanes)
        {
            float t = CrossEntropy_Target(target, targetIsClass, rowInside, start, j);

            inputGradient[start + j] = exp(output[start + j] - max_) * factor - scale * t;
        }
    }
    if (lane == 0 && count > 0)
    {
        losses[row] = weight * log(sum) - dot_;
    }
}
