// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.BroadcastBits(int value)
static float DeviceScalar_BroadcastBits(int value)
{
    return as_float((uint)value);
}

// Quern.Kernels.Gpu.DeviceScalar.Add(float left, float right)
static float DeviceScalar_Add(float left, float right)
{
    return left + right;
}

// Quern.Kernels.Gpu.DeviceScalar.Subtract(float left, float right)
static float DeviceScalar_Subtract(float left, float right)
{
    return left - right;
}

// Quern.Kernels.Gpu.DeviceScalar.Multiply(float left, float right)
static float DeviceScalar_Multiply(float left, float right)
{
    return left * right;
}

// Quern.Kernels.Gpu.DeviceScalar.Divide(float left, float right)
static float DeviceScalar_Divide(float left, float right)
{
    return left / right;
}

// Quern.Kernels.Gpu.DeviceScalar.MultiplyAdd(float left, float right, float addend)
static float DeviceScalar_MultiplyAdd(float left, float right, float addend)
{
    return left * right + addend;
}

// Quern.Kernels.Gpu.DeviceScalar.AtLeast(float number, float value)
static float DeviceScalar_AtLeast(float number, float value)
{
    return value < number ? number : value;
}

// Quern.Kernels.Gpu.DeviceScalar.Equal(float left, float right)
static float DeviceScalar_Equal(float left, float right)
{
    return as_float(left == right ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.Greater(float left, float right)
static float DeviceScalar_Greater(float left, float right)
{
    return as_float(right < left ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.And(float left, float right)
static float DeviceScalar_And(float left, float right)
{
    return as_float(as_uint(left) & as_uint(right));
}

// Quern.Kernels.Gpu.DeviceScalar.Select(float mask, float whereSet, float whereClear)
static float DeviceScalar_Select(float mask, float whereSet, float whereClear)
{
    uint bits = as_uint(mask);

    return as_float((bits & as_uint(whereSet)) | (~bits & as_uint(whereClear)));
}

// Quern.Kernels.Gpu.DeviceScalar.SubtractBits(float left, float right)
static float DeviceScalar_SubtractBits(float left, float right)
{
    return as_float(as_uint(left) - as_uint(right));
}

// Quern.Kernels.Gpu.DeviceScalar.ShiftLeftBits(float value, int count)
static float DeviceScalar_ShiftLeftBits(float value, int count)
{
    return as_float(as_uint(value) << count);
}

// Quern.Kernels.Gpu.DeviceScalar.ShiftRightBits(float value, int count)
static float DeviceScalar_ShiftRightBits(float value, int count)
{
    return as_float((uint)((int)as_uint(value) >> count));
}

// Quern.Kernels.Gpu.DeviceScalar.FromBits(float value)
static float DeviceScalar_FromBits(float value)
{
    return (float)(int)as_uint(value);
}

// Quern.Kernels.Operators.LogOperator.Split<float, float>(float x, out float f)
static float LogOperator_Split(float x, float* f)
{
    float exponent = DeviceScalar_ShiftRightBits(DeviceScalar_SubtractBits(x, DeviceScalar_BroadcastBits(1060439283)), 23);

    *f = DeviceScalar_Subtract(DeviceScalar_SubtractBits(x, DeviceScalar_ShiftLeftBits(exponent, 23)), DeviceScalar_Broadcast(1.0f));
    return DeviceScalar_FromBits(exponent);
}

// Quern.Kernels.Operators.LogOperator.Formula<float, float>(float n, float f)
static float LogOperator_Formula(float n, float f)
{
    float p = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(0.06971612f), f, DeviceScalar_Broadcast(-0.11479734f));
    float square;
    float low;

    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(0.1168542f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(-0.12425687f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(0.14249058f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(-0.16667803f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(0.20000716f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(-0.24999997f));
    p = DeviceScalar_MultiplyAdd(p, f, DeviceScalar_Broadcast(0.3333333f));
    square = DeviceScalar_Multiply(f, f);
    low = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(p, f), square, DeviceScalar_Multiply(n, DeviceScalar_Broadcast(-0.00021219444f)));
    low = DeviceScalar_MultiplyAdd(square, DeviceScalar_Broadcast(-0.5f), low);
    return DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(0.6933594f), DeviceScalar_Add(f, low));
}

// Quern.Kernels.Operators.LogOperator.Invoke<float, float>(float x)
static float LogOperator_Invoke(float x)
{
    float denormal = DeviceScalar_Greater(DeviceScalar_Broadcast(1.1754944e-38f), x);
    float scaled = DeviceScalar_Select(denormal, DeviceScalar_Multiply(x, DeviceScalar_Broadcast(8388608.0f)), x);
    float n;
    float f;
    float result;
    float zero;

    n = LogOperator_Split(scaled, &f);
    result = LogOperator_Formula(DeviceScalar_Subtract(n, DeviceScalar_And(denormal, DeviceScalar_Broadcast(23.0f))), f);
    zero = DeviceScalar_Broadcast(0.0f);
    result = DeviceScalar_Select(DeviceScalar_Greater(DeviceScalar_Broadcast(INFINITY), x), result, x);
    result = DeviceScalar_Select(DeviceScalar_Equal(x, zero), DeviceScalar_Broadcast(-INFINITY), result);
    return DeviceScalar_Select(DeviceScalar_Greater(zero, x), DeviceScalar_Broadcast(NAN), result);
}

// Quern.Kernels.Operators.BceOperator.Invoke<float, float>(float output, float target, float parameter, out float outputGradient, out float targetGradient)
static float BceOperator_Invoke(float output, float target, float parameter, float* outputGradient, float* targetGradient)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float least = DeviceScalar_Broadcast(-100.0f);
    float rest = DeviceScalar_Subtract(one, output);
    float log_ = DeviceScalar_AtLeast(least, LogOperator_Invoke(output));
    float logRest = DeviceScalar_AtLeast(least, LogOperator_Invoke(rest));

    *outputGradient = DeviceScalar_Divide(DeviceScalar_Subtract(output, target), DeviceScalar_AtLeast(DeviceScalar_Broadcast(1e-12f), DeviceScalar_Multiply(rest, output)));
    *targetGradient = DeviceScalar_Subtract(logRest, log_);
    return DeviceScalar_Subtract(DeviceScalar_Multiply(DeviceScalar_Subtract(target, one), logRest), DeviceScalar_Multiply(target, log_));
}

// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

// Quern.Kernels.Gpu.SumPair
typedef struct
{
    float Plain;
    float Scaled;
} SumPair;

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

// Quern.Kernels.Gpu.Loss.Run<TLoss>(ArrayView<float> output, ArrayView<float> target, float scale, float parameter, ArrayView<float> outputGradient, ArrayView<float> targetGradient, int length, int lanes, ArrayView<float> sums)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Loss_Run(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    float scale,
    float parameter,
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* targetGradient_buffer, long targetGradient_offset, long targetGradient_length,
    int length_,
    int lanes,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* targetGradient = targetGradient_buffer + targetGradient_offset;
    __global float* sums = sums_buffer + sums_offset;
    __local float shared[256] __attribute__((aligned(16)));

    int sections = (int)((uint)(int)sums_length >> 1);
    int lane = AxisLanes_Lane(lanes, 1);
    int section = AxisLanes_Result(lanes, 1);
    long start = (long)section * (long)length_;
    int inside = section < sections ? (int)min((long)length_, output_length - start) : 0;
    Total plain = Total_Zero();
    float scaled = 0.0f;
    int j = lane;
    SumPair sum;

    for (; j < inside - 3 * lanes; j += 4 * lanes)
    {
        long i = start + j;
        float y0 = output[i];
        float y1 = output[i + lanes];
        float y2 = output[i + 2 * lanes];
        float y3 = output[i + 3 * lanes];
        float t0 = target[i];
        float t1 = target[i + lanes];
        float t2 = target[i + 2 * lanes];
        float t3 = target[i + 3 * lanes];
        float loss0;
        float dy0;
        float dt0;
        float loss1;
        float dy1;
        float dt1;
        float loss2;
        float dy2;
        float dt2;
        float loss3;
        float dy3;
        float dt3;

        loss0 = BceOperator_Invoke(y0, t0, parameter, &dy0, &dt0);
        loss1 = BceOperator_Invoke(y1, t1, parameter, &dy1, &dt1);
        loss2 = BceOperator_Invoke(y2, t2, parameter, &dy2, &dt2);
        loss3 = BceOperator_Invoke(y3, t3, parameter, &dy3, &dt3);
        plain = Total_Add(plain, loss0 + loss1 + (loss2 + loss3));
        scaled += loss0 * 8.271806e-25f + loss1 * 8.271806e-25f + (loss2 * 8.271806e-25f + loss3 * 8.271806e-25f);
        if ((int)outputGradient_length > 0)
        {
            outputGradient[i] = scale * dy0;
            outputGradient[i + lanes] = scale * dy1;
            outputGradient[i + 2 * lanes] = scale * dy2;
            outputGradient[i + 3 * lanes] = scale * dy3;
        }
        if ((int)targetGradient_length > 0)
        {
            targetGradient[i] = scale * dt0;
            targetGradient[i + lanes] = scale * dt1;
            targetGradient[i + 2 * lanes] = scale * dt2;
            targetGradient[i + 3 * lanes] = scale * dt3;
        }
    }
    for (; j < inside; j += lanes)
    {
        long i = start + j;
        float loss;
        float dy;
        float dt;

        loss = BceOperator_Invoke(output[i], target[i], parameter, &dy, &dt);
        plain = Total_Add(plain, loss);
        scaled += loss * 8.271806e-25f;
        if ((int)outputGradient_length > 0)
        {
            outputGradient[i] = scale * dy;
        }
        if ((int)targetGradient_length > 0)
        {
            targetGradient[i] = scale * dt;
        }
    }
    sum = AxisLanes_Sum_local(shared, lanes, lane, 1, SumPair_Of(Total_Value(plain), scaled));
    if (lane == 0 && section < sections)
    {
        sums[section] = sum.Plain;
        sums[sections + section] = sum.Scaled;
    }
}
