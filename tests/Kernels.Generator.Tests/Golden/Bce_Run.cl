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

// Quern.Kernels.Gpu.Elementary.Exponent(uint bits)
static int Elementary_Exponent(uint bits)
{
    return (int)(bits - 1060439283u) >> 23;
}

// Quern.Kernels.Gpu.Elementary.Mantissa(uint bits, int exponent)
static float Elementary_Mantissa(uint bits, int exponent)
{
    return as_float(bits - ((uint)exponent << 23));
}

// Quern.Kernels.Gpu.Elementary.Log(float x)
static float Elementary_Log(float x)
{
    float normal = x < 1.1754944e-38f ? x * 8388608.0f : x;
    float denormalExponent = x < 1.1754944e-38f ? 23.0f : 0.0f;
    uint bits = as_uint(normal);
    int exponent = Elementary_Exponent(bits);
    float f = Elementary_Mantissa(bits, exponent) - 1.0f;
    float n = exponent - denormalExponent;
    float p = 0.06971612f * f - 0.11479734f;
    float square;
    float low;
    float result;

    p = p * f + 0.1168542f;
    p = p * f - 0.12425687f;
    p = p * f + 0.14249058f;
    p = p * f - 0.16667803f;
    p = p * f + 0.20000716f;
    p = p * f - 0.24999997f;
    p = p * f + 0.3333333f;
    square = f * f;
    low = p * f * square - n * 0.00021219444f;
    low -= 0.5f * square;
    result = n * 0.6933594f + (f + low);
    result = x < INFINITY ? result : x;
    result = x == 0.0f ? -INFINITY : result;
    return x < 0.0f ? NAN : result;
}

// Quern.Kernels.Gpu.Bce.Loss.BoundedLog(float value)
static float Loss_BoundedLog(float value)
{
    float log_ = Elementary_Log(value);

    return log_ < -100.0f ? -100.0f : log_;
}

// Quern.Kernels.Gpu.Bce.Loss.Invoke(float first, float second, int activation, float scale, out float firstGradient, out float secondGradient)
static float Loss_Invoke(float first, float second, int activation, float scale, float* firstGradient, float* secondGradient)
{
    float rest = 1.0f - first;
    float divisor = rest * first;

    *firstGradient = scale * ((first - second) / (divisor < 1e-12f ? 1e-12f : divisor));
    *secondGradient = 0.0f;
    return (second - 1.0f) * Loss_BoundedLog(rest) - second * Loss_BoundedLog(first);
}

// Quern.Kernels.Gpu.Total.Add(Total total, float value)
static Total Total_Add(Total total, float value)
{
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

// Quern.Kernels.Gpu.LossLoop.Run<Bce.Loss>(ArrayView<float> shared, ArrayView<float> first, ArrayView<float> second, int count, float scale, int activation, ArrayView<float> firstGradient, int firstGradientLength, ArrayView<float> secondGradient, int secondGradientLength, int length, int lanes, ArrayView<float> sums, int sections)
static void LossLoop_Run_Loss_local_global_global_global_global_global(__local float* shared, __global float* first, __global float* second, int count, float scale, int activation, __global float* firstGradient, int firstGradientLength, __global float* secondGradient, int secondGradientLength, int length_, int lanes, __global float* sums, int sections)
{
    int lane = AxisLanes_Lane(lanes, 1);
    int section = AxisLanes_Result(lanes, 1);
    long start = (long)section * (long)length_;
    int inside = section < sections ? (int)min((long)length_, count - start) : 0;
    Total plain = Total_Zero();
    float scaled = 0.0f;
    int j = lane;
    SumPair sum;

    for (; j < inside - 3 * lanes; j += 4 * lanes)
    {
        long i = start + j;
        float a0 = first[i];
        float a1 = first[i + lanes];
        float a2 = first[i + 2 * lanes];
        float a3 = first[i + 3 * lanes];
        float b0 = second[i];
        float b1 = second[i + lanes];
        float b2 = second[i + 2 * lanes];
        float b3 = second[i + 3 * lanes];
        float loss0;
        float da0;
        float db0;
        float loss1;
        float da1;
        float db1;
        float loss2;
        float da2;
        float db2;
        float loss3;
        float da3;
        float db3;

        loss0 = Loss_Invoke(a0, b0, activation, scale, &da0, &db0);
        loss1 = Loss_Invoke(a1, b1, activation, scale, &da1, &db1);
        loss2 = Loss_Invoke(a2, b2, activation, scale, &da2, &db2);
        loss3 = Loss_Invoke(a3, b3, activation, scale, &da3, &db3);
        plain = Total_Add(plain, loss0 + loss1 + (loss2 + loss3));
        scaled += loss0 * 8.271806e-25f + loss1 * 8.271806e-25f + (loss2 * 8.271806e-25f + loss3 * 8.271806e-25f);
        if (firstGradientLength > 0)
        {
            firstGradient[i] = da0;
            firstGradient[i + lanes] = da1;
            firstGradient[i + 2 * lanes] = da2;
            firstGradient[i + 3 * lanes] = da3;
        }
        if (secondGradientLength > 0)
        {
            secondGradient[i] = db0;
            secondGradient[i + lanes] = db1;
            secondGradient[i + 2 * lanes] = db2;
            secondGradient[i + 3 * lanes] = db3;
        }
    }
    for (; j < inside; j += lanes)
    {
        long i = start + j;
        float loss;
        float da;
        float db;

        loss = Loss_Invoke(first[i], second[i], activation, scale, &da, &db);
        plain = Total_Add(plain, loss);
        scaled += loss * 8.271806e-25f;
        if (firstGradientLength > 0)
        {
            firstGradient[i] = da;
        }
        if (secondGradientLength > 0)
        {
            secondGradient[i] = db;
        }
    }
    sum = AxisLanes_Sum_local(shared, lanes, lane, 1, SumPair_Of(Total_Value(plain), scaled));
    if (lane == 0 && section < sections)
    {
        sums[section] = sum.Plain;
        sums[sections + section] = sum.Scaled;
    }
}

// Quern.Kernels.Gpu.Bce.Run(ArrayView<float> output, ArrayView<float> target, float scale, ArrayView<float> inputGradient, int length, int lanes, ArrayView<float> sums)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void Bce_Run(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    float scale,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    int length_,
    int lanes,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* sums = sums_buffer + sums_offset;
    __local float shared[256] __attribute__((aligned(16)));

    LossLoop_Run_Loss_local_global_global_global_global_global(shared, output, target, (int)output_length, scale, 0, inputGradient, (int)inputGradient_length, inputGradient, 0, length_, lanes, sums, (int)((uint)(int)sums_length >> 1));
}
