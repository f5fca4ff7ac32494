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

// Quern.Kernels.Gpu.ArgMax.Order(float value)
static int ArgMax_Order(float value)
{
    uint bits = as_uint(value);
    int magnitude = (int)min(bits & 2147483647u, 2139095041u);
    bool isBelow = bits >> 31 != 0u && magnitude <= 2139095040;

    return isBelow ? -magnitude : magnitude;
}

// Quern.Kernels.Gpu.ArgMax.Run(ArrayView<float> x, int axis, int inner, int lanes, ArrayView<float> result)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void ArgMax_Run(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int lanes,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;
    __local int orders[128] __attribute__((aligned(16)));
    __local int places[128] __attribute__((aligned(16)));

    int item = (int)get_local_id(0);
    int lane = AxisLanes_Lane(lanes, inner);
    int distance_ = AxisLanes_Distance(lanes, inner);
    int i = AxisLanes_Result(lanes, inner);
    int inside = min(i, (int)result_length - 1);
    int row = inside / inner;
    long start = (long)row * (long)axis * inner + (inside - row * inner);
    long step_ = (long)lanes * (long)inner;
    int largest = ArgMax_Order(x[start]);
    int place = 0;
    int j = lane;

    for (; j < axis - 3 * lanes; j += 4 * lanes)
    {
        long at = start + (long)j * (long)inner;
        int x0 = ArgMax_Order(x[at]);
        int x1 = ArgMax_Order(x[at + step_]);
        int x2 = ArgMax_Order(x[at + 2L * step_]);
        int x3 = ArgMax_Order(x[at + 3L * step_]);
        int low = max(x0, x1);
        int value = max(low, max(x2, x3));

        if (value > largest)
        {
            int lowPlace = x0 == value ? j : j + lanes;
            int highPlace = x2 == value ? j + 2 * lanes : j + 3 * lanes;

            place = low == value ? lowPlace : highPlace;
            largest = value;
        }
    }
    for (; j < axis; j += lanes)
    {
        int value = ArgMax_Order(x[start + (long)j * (long)inner]);

        place = value > largest ? j : place;
        largest = max(value, largest);
    }
    orders[item] = largest;
    places[item] = place;
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    for (int half_ = lanes >> 1; half_ > 0; half_ >>= 1)
    {
        if (lane < half_)
        {
            int other = item + half_ * distance_;
            int otherPlace = places[other];
            int firstOfEquals = orders[other] == orders[item] ? min(places[item], otherPlace) : places[item];

            places[item] = orders[other] > orders[item] ? otherPlace : firstOfEquals;
            orders[item] = max(orders[item], orders[other]);
        }
        barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
    }
    if (lane == 0 && i < (int)result_length)
    {
        result[i] = places[item];
    }
}
