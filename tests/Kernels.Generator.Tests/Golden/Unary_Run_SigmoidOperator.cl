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

// Quern.Kernels.Gpu.DeviceScalar.Abs(float value)
static float DeviceScalar_Abs(float value)
{
    return fabs(value);
}

// Quern.Kernels.Gpu.DeviceScalar.Negate(float value)
static float DeviceScalar_Negate(float value)
{
    return -value;
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

// Quern.Kernels.Gpu.DeviceScalar.GreaterOrEqual(float left, float right)
static float DeviceScalar_GreaterOrEqual(float left, float right)
{
    return as_float(right <= left ? 4294967295u : 0u);
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

// Quern.Kernels.Operators.SigmoidOperator.Invoke<float, float>(float x)
static float SigmoidOperator_Invoke(float x)
{
    float e = ExpOperator_Invoke(DeviceScalar_Negate(DeviceScalar_Abs(x)));
    float numerator = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(x, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(1.0f), e);

    return DeviceScalar_Divide(numerator, DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), e));
}

// Quern.Kernels.Gpu.Unary.Run<TOperator>(ArrayView<float> x, ArrayView<float> y)
__kernel void Unary_Run(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = SigmoidOperator_Invoke(x[i]);
    }
}
