// Quern.Kernels.Gpu.DeviceScalar.Max(float left, float right)
static float DeviceScalar_Max(float left, float right)
{
    float equal = as_float(as_uint(left) & as_uint(right));
    float leftOrNaN = right < left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left < right ? right : leftOrEqual;
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

// Quern.Kernels.Gpu.Max.Greatest.Choose(float left, float right)
static float Greatest_Choose(float left, float right)
{
    return DeviceScalar_Max(left, right);
}

// Quern.Kernels.Gpu.ExtremeLoop.Run<Max.Greatest>(ArrayView<float> shared, ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, ArrayView<float> result, int results)
static void ExtremeLoop_Run_Greatest_local_global_global(__local float* shared, __global float* x, int axis, int inner, int sections, int length_, int lanes, __global float* result, int results)
{
    int place = (int)get_local_id(0);
    int lane = AxisLanes_Lane(lanes, inner);
    int distance_ = AxisLanes_Distance(lanes, inner);
    int i = AxisLanes_Result(lanes, inner);
    int inside = min(i, results - 1);
    int rest = inside / inner;
    int row = rest / sections;
    int first = (rest - row * sections) * length_;
    int count = min(length_, axis - first);
    long start = ((long)row * (long)axis + first) * inner + (inside - rest * inner);
    long step_ = (long)lanes * (long)inner;
    float chosen = x[start];
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
        float low = Greatest_Choose(Greatest_Choose(x0, x1), Greatest_Choose(x2, x3));
        float high = Greatest_Choose(Greatest_Choose(x4, x5), Greatest_Choose(x6, x7));

        chosen = Greatest_Choose(chosen, Greatest_Choose(low, high));
    }
    for (; j < count; j += lanes)
    {
        chosen = Greatest_Choose(chosen, x[start + (long)j * (long)inner]);
    }
    shared[place] = chosen;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int half_ = lanes >> 1; half_ > 0; half_ >>= 1)
    {
        if (lane < half_)
        {
            shared[place] = Greatest_Choose(shared[place], shared[place + half_ * distance_]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    if (lane == 0 && i < results)
    {
        result[i] = shared[place];
    }
}

// Quern.Kernels.Gpu.Max.Fold(ArrayView<float> x, int axis, int inner, int sections, int length, int lanes, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Max_Fold(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int sections,
    int length_,
    int lanes,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;
    __local float shared[128] __attribute__((aligned(16)));

    ExtremeLoop_Run_Greatest_local_global_global(shared, x, axis, inner, sections, length_, lanes, result, (int)result_length);
}
