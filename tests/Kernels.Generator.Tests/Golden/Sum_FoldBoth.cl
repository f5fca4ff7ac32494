// Quern.Kernels.Gpu.SumPair
typedef struct
{
    float Plain;
    float Scaled;
} SumPair;

// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

// Quern.Kernels.Gpu.AxisLanes.Results(int lanes)
static int AxisLanes_Results(int lanes)
{
    return 128 / lanes;
}

// Quern.Kernels.Gpu.AxisLanes.Result(int lanes, int inner)
static int AxisLanes_Result(int lanes, int inner)
{
    return inner == 1 ? (int)get_global_id(0) / lanes : (int)get_group_id(0) * AxisLanes_Results(lanes) + ((int)get_local_id(0) & (AxisLanes_Results(lanes) - 1));
}

// Quern.Kernels.Gpu.AxisLanes.Lane(int lanes, int inner)
static int AxisLanes_Lane(int lanes, int inner)
{
    return inner == 1 ? (int)get_local_id(0) & (lanes - 1) : (int)get_local_id(0) / AxisLanes_Results(lanes);
}

// Quern.Kernels.Gpu.SumPair.Of(float plain, float scaled)
static SumPair SumPair_Of(float plain, float scaled)
{
    SumPair pair;

    pair.Plain = plain;
    pair.Scaled = scaled;
    return pair;
}

// Quern.Kernels.Gpu.AxisLanes.Sum(ArrayView<float> shared, int lanes, int lane, int distance, SumPair value)
static SumPair AxisLanes_Sum_local(__local float* shared, int lanes, int lane, int distance_, SumPair value)
{
    int place = (int)get_local_id(0);

    shared[place] = value.Plain;
    shared[place + 128] = value.Scaled;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int half_ = lanes >> 1; half_ > 0; half_ >>= 1)
    {
        if (lane < half_)
        {
            int other = place + half_ * distance_;

            shared[place] += shared[other];
            shared[place + 128] += shared[other + 128];
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    return SumPair_Of(shared[place], shared[place + 128]);
}

// Quern.Kernels.Gpu.AxisLanes.Distance(int lanes, int inner)
static int AxisLanes_Distance(int lanes, int inner)
{
    return inner == 1 ? 1 : AxisLanes_Results(lanes);
}

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.Sum.Identity.Plain(float value)
static float Identity_Plain(float value)
{
    return value;
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

// Quern.Kernels.Gpu.Sum.Identity.Scale(float sum)
static float Identity_Scale(float sum)
{
    return sum * 8.271806e-25f;
}

// Quern.Kernels.Gpu.Sum.Identity.Scaled(float value)
static float Identity_Scaled(float value)
{
    return value * 8.271806e-25f;
}

// Quern.Kernels.Gpu.Sum.OfLane<Sum.Identity>(ArrayView<float> x, long start, int distance, int first, int count, int lanes)
static SumPair Sum_OfLane_Identity(__global float* x, long start, int distance_, int first, int count, int lanes)
{
    Total total = Total_Zero();
    long step_ = (long)lanes * (long)distance_;
    int j = first;
    float plain;
    float scaled;

    for (; j < count - 7 * lanes; j += 8 * lanes)
    {
        long at = start + (long)j * (long)distance_;
        float x0 = x[at];
        float x1 = x[at + step_];
        float x2 = x[at + 2L * step_];
        float x3 = x[at + 3L * step_];
        float x4 = x[at + 4L * step_];
        float x5 = x[at + 5L * step_];
        float x6 = x[at + 6L * step_];
        float x7 = x[at + 7L * step_];
        float low = Identity_Plain(x0) + Identity_Plain(x1) + (Identity_Plain(x2) + Identity_Plain(x3));
        float high = Identity_Plain(x4) + Identity_Plain(x5) + (Identity_Plain(x6) + Identity_Plain(x7));

        total = Total_Add(total, low + high);
    }
    for (; j < count; j += lanes)
    {
        total = Total_Add(total, Identity_Plain(x[start + (long)j * (long)distance_]));
    }
    plain = Total_Value(total);
    scaled = Identity_Scale(plain);
    if (!Total_IsFinite(plain))
    {
        Total small = Total_Zero();

        for (j = first; j < count; j += lanes)
        {
            small = Total_Add(small, Identity_Scaled(x[start + (long)j * (long)distance_]));
        }
        scaled = Total_Value(small);
    }
    return SumPair_Of(plain, scaled);
}

// Quern.Kernels.Gpu.SumPair.Times(SumPair pair, float factor)
static float SumPair_Times(SumPair pair, float factor)
{
    return Total_IsFinite(pair.Plain) ? pair.Plain * factor : pair.Scaled * factor / 8.271806e-25f;
}

// Quern.Kernels.Gpu.Sum.FoldBoth(ArrayView<float> x, int axis, int lanes, int accumulate, ArrayView<float> first, int accumulateRest, ArrayView<float> rest)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Sum_FoldBoth(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int lanes,
    int accumulate,
    __global float* first_buffer, long first_offset, long first_length,
    int accumulateRest,
    __global float* rest_buffer, long rest_offset, long rest_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* first = first_buffer + first_offset;
    __global float* rest = rest_buffer + rest_offset;
    __local float shared[256] __attribute__((aligned(16)));

    int firstLength = (int)first_length;
    int length_ = firstLength + (int)rest_length;
    int i = AxisLanes_Result(lanes, length_);
    int lane = AxisLanes_Lane(lanes, length_);
    int other = i - firstLength;
    int count = i < length_ ? axis : 0;
    int row = other < 0 ? firstLength : (int)rest_length;
    long start = other < 0 ? i : (long)axis * (long)firstLength + other;
    SumPair sum = AxisLanes_Sum_local(shared, lanes, lane, AxisLanes_Distance(lanes, length_), Sum_OfLane_Identity(x, start, row, lane, count, lanes));

    if (lane == 0 && i < length_)
    {
        float value = SumPair_Times(sum, 1.0f);

        if (other < 0)
        {
            first[i] = accumulate != 0 ? first[i] + value : value;
        }
        else
        {
            rest[other] = accumulateRest != 0 ? rest[other] + value : value;
        }
    }
}
