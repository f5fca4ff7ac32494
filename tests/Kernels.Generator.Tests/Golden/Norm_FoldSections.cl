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

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
    return total;
}

// Quern.Kernels.Gpu.Norm.Square.Plain(float value)
static float Square_Plain(float value)
{
    return value * value;
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

// Quern.Kernels.Gpu.Norm.Square.Scale(float sum)
static float Square_Scale(float sum)
{
    return sum * 8.271806e-25f * 8.271806e-25f;
}

// Quern.Kernels.Gpu.Norm.Square.Scaled(float value)
static float Square_Scaled(float value)
{
    return value * 8.271806e-25f * (value * 8.271806e-25f);
}

// Quern.Kernels.Gpu.Sum.OfLane<Norm.Square>(ArrayView<float> x, long start, int distance, int first, int count, int lanes)
static SumPair Sum_OfLane_Square(__global float* x, long start, int distance_, int first, int count, int lanes)
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
        float low = Square_Plain(x0) + Square_Plain(x1) + (Square_Plain(x2) + Square_Plain(x3));
        float high = Square_Plain(x4) + Square_Plain(x5) + (Square_Plain(x6) + Square_Plain(x7));

        total = Total_Add(total, low + high);
    }
    for (; j < count; j += lanes)
    {
        total = Total_Add(total, Square_Plain(x[start + (long)j * (long)distance_]));
    }
    plain = Total_Value(total);
    scaled = Square_Scale(plain);
    if (!Total_IsFinite(plain))
    {
        Total small = Total_Zero();

        for (j = first; j < count; j += lanes)
        {
            small = Total_Add(small, Square_Scaled(x[start + (long)j * (long)distance_]));
        }
        scaled = Total_Value(small);
    }
    return SumPair_Of(plain, scaled);
}

// Quern.Kernels.Gpu.Norm.FoldSections(ArrayView<float> x, int length, int lanes, ArrayView<float> sums)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Norm_FoldSections(
    __global float* x_buffer, long x_offset, long x_length,
    int length_,
    int lanes,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* sums = sums_buffer + sums_offset;
    __local float shared[256] __attribute__((aligned(16)));

    int i = AxisLanes_Result(lanes, 1);
    int lane = AxisLanes_Lane(lanes, 1);
    int sections = (int)((uint)(int)sums_length >> 1);
    long start = (long)i * (long)length_;
    int count = i < sections ? (int)min((long)length_, x_length - start) : 0;
    SumPair sum = AxisLanes_Sum_local(shared, lanes, lane, 1, Sum_OfLane_Square(x, start, 1, lane, count, lanes));

    if (lane == 0 && i < sections)
    {
        sums[i] = sum.Plain;
        sums[sections + i] = sum.Scaled;
    }
}
