// Quern.Kernels.Gpu.DeviceScalar.Add(float left, float right)
static float DeviceScalar_Add(float left, float right)
{
    return left + right;
}

// Quern.Kernels.Operators.AddOperator.Invoke<float, float>(float left, float right)
static float AddOperator_Invoke(float left, float right)
{
    return DeviceScalar_Add(left, right);
}

// Quern.Kernels.Gpu.AxisLanes.Results(int lanes)
static int AxisLanes_Results(int lanes)
{
    return 128 / lanes;
}

// Quern.Kernels.Gpu.AxisLanes.Lane(int lanes, int inner)
static int AxisLanes_Lane(int lanes, int inner)
{
    return inner == 1 ? (int)get_local_id(0) & (lanes - 1) : (int)get_local_id(0) / AxisLanes_Results(lanes);
}

// Quern.Kernels.Gpu.AxisLanes.Distance(int lanes, int inner)
static int AxisLanes_Distance(int lanes, int inner)
{
    return inner == 1 ? 1 : AxisLanes_Results(lanes);
}

// Quern.Kernels.Gpu.AxisLanes.Result(int lanes, int inner)
static int AxisLanes_Result(int lanes, int inner)
{
    return inner == 1 ? (int)get_global_id(0) / lanes : (int)get_group_id(0) * AxisLanes_Results(lanes) + ((int)get_local_id(0) & (AxisLanes_Results(lanes) - 1));
}

// Quern.Kernels.Gpu.Fold.Run<TOperator>(ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, float identity, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Fold_Run(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int sections,
    int length_,
    int lanes,
    float identity,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int place = (int)get_local_id(0);
    int lane = AxisLanes_Lane(lanes, inner);
    int distance_ = AxisLanes_Distance(lanes, inner);
    int i = AxisLanes_Result(lanes, inner);
    int inside = min(i, (int)result_length - 1);
    int rest = inside / inner;
    int row = rest / sections;
    int first = (rest - row * sections) * length_;
    int count = min(length_, axis - first);
    long start = ((long)row * (long)axis + first) * inner + (inside - rest * inner);
    long step_ = (long)lanes * (long)inner;
    float folded = identity;
    int j = lane;

    for (; j < count - 7 * lanes; j += 8 * lanes)
    {
        long at = start + (long)j * (long)inner;
        float x0 = x[at];
        float x1 = x[at + step_];
        float x2 = x[at + 2L * step_];
        float x3 = x[at + 3L * step_];
        float x4 = x[at + 4L * step_];
        float x5 = x[at + 5L * step_];
        float x6 = x[at + 6L * step_];
        float x7 = x[at + 7L * step_];
        float low = AddOperator_Invoke(AddOperator_Invoke(x0, x1), AddOperator_Invoke(x2, x3));
        float high = AddOperator_Invoke(AddOperator_Invoke(x4, x5), AddOperator_Invoke(x6, x7));

        folded = AddOperator_Invoke(folded, AddOperator_Invoke(low, high));
    }
    for (; j < count; j += lanes)
    {
        folded = AddOperator_Invoke(folded, x[start + (long)j * (long)inner]);
    }
    shared[place] = folded;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int half_ = lanes >> 1; half_ > 0; half_ >>= 1)
    {
        if (lane < half_)
        {
            shared[place] = AddOperator_Invoke(shared[place], shared[place + half_ * distance_]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    if (lane == 0 && i < (int)result_length)
    {
        result[i] = shared[place];
    }
}
