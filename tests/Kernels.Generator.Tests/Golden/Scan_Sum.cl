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

// Quern.Kernels.Gpu.Total.Zero()
static Total Total_Zero(void)
{
    Total total;

    total._sum = 0.0f;
    total._lost = 0.0f;
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

// Quern.Kernels.Gpu.Total.Settle(Total total)
static Total Total_Settle(Total total_given)
{
    Total total = total_given;

    float sum = Total_Value(total);

    total._lost = Total_IsFinite(sum) ? total._lost - (sum - total._sum) : 0.0f;
    total._sum = sum;
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

// Quern.Kernels.Gpu.Scan.Sum(ArrayView<float> x, int columns, int axis, int inner, int lanes, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Scan_Sum(
    __global float* x_buffer, long x_offset, long x_length,
    int columns,
    int axis,
    int inner,
    int lanes,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = AxisLanes_Lane(lanes, inner);
    int distance_ = AxisLanes_Distance(lanes, inner);
    int column = AxisLanes_Result(lanes, inner);
    int count = column < columns ? axis : 0;
    int first = (int)((long)count * (long)lane / lanes);
    int last = (int)((long)count * (long)(lane + 1) / lanes);
    int outer = column / inner;
    long start = (long)outer * (long)axis * inner + (column - outer * inner) + (long)first * (long)inner;
    Total total = Total_Zero();
    int before;

    if (lane < lanes - 1)
    {
        long at = start;

        for (int j = first; j < last; j++)
        {
            total = Total_Settle(Total_Add(total, x[at]));
            at += inner;
        }
    }
    shared[(int)get_local_id(0)] = Total_Value(total);
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    total = Total_Zero();
    before = (int)get_local_id(0) - lane * distance_;
    for (int other = 0; other < lane; other++)
    {
        total = Total_Add(total, shared[before]);
        before += distance_;
    }
    for (int j = first; j < last; j++)
    {
        total = Total_Settle(Total_Add(total, x[start]));
        result[start] = Total_Value(total);
        start += inner;
    }
}
