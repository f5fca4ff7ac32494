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

// Quern.Kernels.Gpu.DeviceScalar.AtMost(float number, float value)
static float DeviceScalar_AtMost(float number, float value)
{
    return number < value ? number : value;
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

// Quern.Kernels.Gpu.DeviceScalar.AddBits(float left, float right)
static float DeviceScalar_AddBits(float left, float right)
{
    return as_float(as_uint(left) + as_uint(right));
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

// Quern.Kernels.Gpu.DeviceScalar.ToBits(float value)
static float DeviceScalar_ToBits(float value)
{
    return as_float((uint)convert_int_sat(value));
}

// Quern.Kernels.Gpu.DeviceScalar.FromBits(float value)
static float DeviceScalar_FromBits(float value)
{
    return (float)(int)as_uint(value);
}

// Quern.Kernels.Operators.ExpOperator.Reduce<float, float>(float x, out float r)
static float ExpOperator_Reduce(float x, float* r)
{
    float n = DeviceScalar_Subtract(DeviceScalar_MultiplyAdd(x, DeviceScalar_Broadcast(1.442695f), DeviceScalar_Broadcast(12582912.0f)), DeviceScalar_Broadcast(12582912.0f));

    *r = DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(0.00021219444f), DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(-0.6933594f), x));
    return n;
}

// Quern.Kernels.Operators.ExpOperator.ExpMinusOne<float, float>(float r)
static float ExpOperator_ExpMinusOne(float r)
{
    float q = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(0.0013926176f), r, DeviceScalar_Broadcast(0.008363173f));

    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.041666556f));
    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.16666578f));
    q = DeviceScalar_MultiplyAdd(q, r, DeviceScalar_Broadcast(0.5f));
    return DeviceScalar_MultiplyAdd(q, DeviceScalar_Multiply(r, r), r);
}

// Quern.Kernels.Operators.ExpOperator.PowerOfTwo<float, float>(float integer)
static float ExpOperator_PowerOfTwo(float integer)
{
    return DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(integer, DeviceScalar_BroadcastBits(127)), 23);
}

// Quern.Kernels.Operators.ExpOperator.Invoke<float, float>(float x)
static float ExpOperator_Invoke(float x)
{
    float n;
    float r;
    float power;
    float half_;
    float result;

    x = DeviceScalar_AtMost(DeviceScalar_Broadcast(89.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-104.0f), x));
    n = ExpOperator_Reduce(x, &r);
    power = DeviceScalar_ToBits(n);
    half_ = DeviceScalar_ShiftRightBits(power, 1);
    result = DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), ExpOperator_ExpMinusOne(r));
    return DeviceScalar_Multiply(DeviceScalar_Multiply(result, ExpOperator_PowerOfTwo(half_)), ExpOperator_PowerOfTwo(DeviceScalar_SubtractBits(power, half_)));
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

// Quern.Kernels.Gpu.Elementary.Exp(float x)
static float Elementary_Exp(float x)
{
    return ExpOperator_Invoke(x);
}

// Quern.Kernels.Gpu.CrossEntropy.Weighted(ArrayView<float> target, int targetIsClass, ArrayView<float> weight, int isWeighted, int classes, float smoothing, int row, long start, int column)
static float CrossEntropy_Weighted(__global float* target, int targetIsClass, __global float* weight, int isWeighted, int classes, float smoothing, int row, long start, int column)
{
    float t;
    float smooth;

    if (targetIsClass != 0)
    {
        t = column == convert_int_sat(target[row]) ? 1.0f : 0.0f;
    }
    else
    {
        t = target[start + column];
    }
    smooth = (1.0f - smoothing) * t + smoothing / classes;
    if (isWeighted != 0)
    {
        return weight[column] * smooth;
    }
    return smooth;
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

// Quern.Kernels.Gpu.Elementary.Log(float x)
static float Elementary_Log(float x)
{
    return LogOperator_Invoke(x);
}

// Quern.Kernels.Gpu.CrossEntropy.Run(ArrayView<float> output, ArrayView<float> target, int classes, int lanes, int targetIsClass, ArrayView<float> weight, float smoothing, float ignored, float scale, ArrayView<float> inputGradient, ArrayView<float> losses)
__kernel __attribute__((reqd_work_group_size(128, 1, 1)))
void CrossEntropy_Run(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    int classes,
    int lanes,
    int targetIsClass,
    __global float* weight_buffer, long weight_offset, long weight_length,
    float smoothing,
    float ignored,
    float scale,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    __global float* losses_buffer, long losses_offset, long losses_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* weight = weight_buffer + weight_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* losses = losses_buffer + losses_offset;
    __local float shared[128] __attribute__((aligned(16)));

    int lane = RowLanes_Lane(lanes);
    int row = RowLanes_Row(lanes);
    int count = row < (int)losses_length ? classes : 0;
    int rowInside = min(row, (int)losses_length - 1);
    long start = (long)rowInside * (long)classes;
    int isWeighted = (int)weight_length > 0 ? 1 : 0;
    int isIgnored = targetIsClass != 0 && target[rowInside] == ignored ? 1 : 0;
    float max_ = -INFINITY;
    Total powers;
    Total weights;
    Total products;
    float sum;
    float whole;
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
        float q;

        powers = Total_Add(powers, Elementary_Exp(below));
        q = CrossEntropy_Weighted(target, targetIsClass, weight, isWeighted, classes, smoothing, rowInside, start, j);
        weights = Total_Add(weights, q);
        products = Total_Add(products, q == 0.0f && targetIsClass != 0 ? 0.0f : q * (0.5f * output[start + j] - 0.5f * max_));
    }
    sum = RowLanes_Sum_local(shared, lanes, Total_Value(powers));
    whole = RowLanes_Sum_local(shared, lanes, Total_Value(weights));
    dot_ = RowLanes_Sum_local(shared, lanes, Total_Value(products));
    if ((int)inputGradient_length > 0)
    {
        float factor = scale * whole / sum;

        for (int j = lane; j < count; j += lanes)
        {
            float q = CrossEntropy_Weighted(target, targetIsClass, weight, isWeighted, classes, smoothing, rowInside, start, j);

            inputGradient[start + j] = isIgnored != 0 ? 0.0f : Elementary_Exp(output[start + j] - max_) * factor - scale * q;
        }
    }
    if (lane == 0 && count > 0)
    {
        losses[row] = isIgnored != 0 ? 0.0f : whole * Elementary_Log(sum) - 2.0f * dot_;
    }
}
