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

// Quern.Kernels.Gpu.Sum.OfSections(ArrayView<float> sums, long start, long scaledSums, int distance, int first, int count, int lanes)
static SumPair Sum_OfSections(__global float* sums, long start, long scaledSums, int distance_, int first, int count, int lanes)
{
    Total plain = Total_Zero();
    Total scaled = Total_Zero();
    long step_ = (long)lanes * (long)distance_;
    int j = first;

    for (; j < count - 3 * lanes; j += 4 * lanes)
    {
        long at = start + (long)j * (long)distance_;
        long scaledAt = at + scaledSums;
        float x0 = sums[at];
        float x1 = sums[at + step_];
        float x2 = sums[at + 2L * step_];
        float x3 = sums[at + 3L * step_];
        float y0 = sums[scaledAt];
        float y1 = sums[scaledAt + step_];
        float y2 = sums[scaledAt + 2L * step_];
        float y3 = sums[scaledAt + 3L * step_];

        plain = Total_Add(plain, x0 + x1 + (x2 + x3));
        scaled = Total_Add(scaled, y0 + y1 + (y2 + y3));
    }
    for (; j < count; j += lanes)
    {
        long at = start + (long)j * (long)distance_;

        plain = Total_Add(plain, sums[at]);
        scaled = Total_Add(scaled, sums[at + scaledSums]);
    }
    return SumPair_Of(Total_Value(plain), Total_Value(scaled));
}

// Quern.Kernels.Gpu.SumPair.Times(SumPair pair, float factor)
static float SumPair_Times(SumPair pair, float factor)
{
    return Total_IsFinite(pair.Plain) ? pair.Plain * factor : pair.Scaled * factor / 8.271806e-25f;
}

// Quern.Kernels.Gpu.Sum.Join(ArrayView<float> sums, int sections, int inner, int lanes, float scale, int accumulate, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Sum_Join(
    __global float* sums_buffer, long sums_offset, long sums_length,
    int sections,
    int inner,
    int lanes,
    float scale,
    int accumulate,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* sums = sums_buffer + sums_offset;
    __global float* result = result_buffer + result_offset;
    __local float shared[256] __attribute__((aligned(16)));

    int i = AxisLanes_Result(lanes, inner);
    int lane = AxisLanes_Lane(lanes, inner);
    int count = i < (int)result_length ? sections : 0;
    int row = i / inner;
    long start = (long)row * (long)sections * inner + (i - row * inner);
    SumPair sum = AxisLanes_Sum_local(shared, lanes, lane, AxisLanes_Distance(lanes, inner), Sum_OfSections(sums, start, (uint)(int)sums_length >> 1, inner, lane, count, lanes));

    if (lane == 0 && i < (int)result_length)
    {
        float value = SumPair_Times(sum, scale);

        result[i] = accumulate != 0 ? result[i] + value : value;
    }
}
