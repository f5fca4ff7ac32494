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

// Quern.Kernels.Operators.LogOperator.Invoke<float, float>(float x)
static float LogOperator_Invoke(float x)
{
    float denormal = DeviceScalar_Greater(DeviceScalar_Broadcast(1.1754944e-38f), x);
    float scaled = DeviceScalar_Select(denormal, DeviceScalar_Multiply(x, DeviceScalar_Broadcast(8388608.0f)), x);
    float exponent = DeviceScalar_ShiftRightBits(DeviceScalar_SubtractBits(scaled, DeviceScalar_BroadcastBits(1060439283)), 23);
    float f = DeviceScalar_Subtract(DeviceScalar_SubtractBits(scaled, DeviceScalar_ShiftLeftBits(exponent, 23)), DeviceScalar_Broadcast(1.0f));
    float n = DeviceScalar_Subtract(DeviceScalar_FromBits(exponent), DeviceScalar_And(denormal, DeviceScalar_Broadcast(23.0f)));
    float p = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(0.06971612f), f, DeviceScalar_Broadcast(-0.11479734f));
    float square;
    float low;
    float result;
    float zero;

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
    result = DeviceScalar_MultiplyAdd(n, DeviceScalar_Broadcast(0.6933594f), DeviceScalar_Add(f, low));
    zero = DeviceScalar_Broadcast(0.0f);
    result = DeviceScalar_Select(DeviceScalar_Greater(DeviceScalar_Broadcast(INFINITY), x), result, x);
    result = DeviceScalar_Select(DeviceScalar_Equal(x, zero), DeviceScalar_Broadcast(-INFINITY), result);
    return DeviceScalar_Select(DeviceScalar_Greater(zero, x), DeviceScalar_Broadcast(NAN), result);
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
        y[i] = LogOperator_Invoke(x[i]);
    }
}
