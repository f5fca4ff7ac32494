// Quern.Kernels.Gpu.Total
typedef struct
{
    float _sum;
    float _lost;
} Total;

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

// Quern.Kernels.Gpu.Elementary.Remainder(float x, float n)
static float Elementary_Remainder(float x, float n)
{
    return x - n * 0.6933594f + n * 0.00021219444f;
}

// Quern.Kernels.Gpu.Elementary.PowerOfTwo(int n)
static float Elementary_PowerOfTwo(int n)
{
    return as_float((uint)(n + 127) << 23);
}

// Quern.Kernels.Gpu.Elementary.Scale(float value, int n)
static float Elementary_Scale(float value, int n)
{
    int half_ = n >> 1;

    return value * Elementary_PowerOfTwo(half_) * Elementary_PowerOfTwo(n - half_);
}

// Quern.Kernels.Gpu.Elementary.ExpMinusOne(float r)
static float Elementary_ExpMinusOne(float r)
{
    float q = 0.0013926176f * r + 0.008363173f;

    q = q * r + 0.041666556f;
    q = q * r + 0.16666578f;
    q = q * r + 0.5f;
    return q * (r * r) + r;
}

// Quern.Kernels.Gpu.Elementary.Exp(float x)
static float Elementary_Exp(float x)
{
    float atMost = x > 89.0f ? 89.0f : x;
    float inside = atMost < -104.0f ? -104.0f : atMost;
    float shifted = inside * 1.442695f + 12582912.0f;
    float r = Elementary_Remainder(inside, shifted - 12582912.0f);

    return Elementary_Scale(1.0f + Elementary_ExpMinusOne(r), (int)(as_uint(shifted) - 1262485504u));
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
    Total powers;
    Total weights;
    Total products;
    float sum;
    float weight;
    float dot_;

    for (int j = lane; j < count; j += lanes)
    {
        max_ = fmax(max_, output[start + j]);
    }
    max_ = RowLanes_Max_local(shared, lanes, max_);
    powers = Total_Zero();
    weights = Total_Zero();
    products = Total_Zero();
    for (int j = lane; j < count; j += lanes)
    {
        float below = output[start + j] - max_;
        float t;

        powers = Total_Add(powers, Elementary_Exp(below));
        t = CrossEntropy_Target(target, targetIsClass, rowInside, start, j);
        weights = Total_Add(weights, t);
        products = Total_Add(products, t == 0.0f && targetIsClass != 0 ? 0.0f : t * (0.5f * output[start + j] - 0.5f * max_));
    }
    sum = RowLanes_Sum_local(shared, lanes, Total_Value(powers));
    weight = RowLanes_Sum_local(shared, lanes, Total_Value(weights));
    dot_ = RowLanes_Sum_local(shared, lanes, Total_Value(products));
    if ((int)inputGradient_length > 0)
    {
        float factor = scale * weight / sum;

        for (int j = lane; j < count; j += lanes)
        {
            float t = CrossEntropy_Target(target, targetIsClass, rowInside, start, j);

            inputGradient[start + j] = Elementary_Exp(output[start + j] - max_) * factor - scale * t;
        }
    }
    if (lane == 0 && count > 0)
    {
        losses[row] = weight * Elementary_Log(sum) - 2.0f * dot_;
    }
}
