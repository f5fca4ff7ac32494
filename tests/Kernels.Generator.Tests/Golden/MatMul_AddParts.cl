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

// Quern.Kernels.Gpu.DeviceScalar.Greater(float left, float right)
static float DeviceScalar_Greater(float left, float right)
{
    return as_float(right < left ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.GreaterOrEqual(float left, float right)
static float DeviceScalar_GreaterOrEqual(float left, float right)
{
    return as_float(right <= left ? 4294967295u : 0u);
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

// Quern.Kernels.Gpu.DeviceScalar.ShiftLeftBits(float value, int count)
static float DeviceScalar_ShiftLeftBits(float value, int count)
{
    return as_float(as_uint(value) << count);
}

// Quern.Kernels.Gpu.DeviceScalar.ToBits(float value)
static float DeviceScalar_ToBits(float value)
{
    return as_float((uint)convert_int_sat(value));
}

// Quern.Kernels.Operators.ReluGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float ReluGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_And(DeviceScalar_Greater(output, DeviceScalar_Broadcast(0.0f)), outputGradient);
}

// Quern.Kernels.Operators.ReluOperator.Invoke<float, float>(float x)
static float ReluOperator_Invoke(float x)
{
    return DeviceScalar_AtLeast(DeviceScalar_Broadcast(0.0f), x);
}

// Quern.Kernels.Operators.SigmoidGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float SigmoidGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Multiply(output, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), output)));
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

// Quern.Kernels.Operators.ExpOperator.OfNonPositive<float, float>(float x)
static float ExpOperator_OfNonPositive(float x)
{
    float n;
    float r;
    float power;
    float result;

    n = ExpOperator_Reduce(DeviceScalar_AtLeast(DeviceScalar_Broadcast(-104.0f), x), &r);
    power = DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(DeviceScalar_ToBits(n), DeviceScalar_BroadcastBits(191)), 23);
    result = DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), ExpOperator_ExpMinusOne(r));
    return DeviceScalar_Multiply(DeviceScalar_Multiply(result, power), DeviceScalar_Broadcast(5.421011e-20f));
}

// Quern.Kernels.Operators.SigmoidOperator.Invoke<float, float>(float x)
static float SigmoidOperator_Invoke(float x)
{
    float e = ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Abs(x)));
    float numerator = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(x, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(1.0f), e);

    return DeviceScalar_Divide(numerator, DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), e));
}

// Quern.Kernels.Operators.TanhGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float TanhGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), DeviceScalar_Multiply(output, output)));
}

// Quern.Kernels.Operators.ExpOperator.PowerOfTwo<float, float>(float integer)
static float ExpOperator_PowerOfTwo(float integer)
{
    return DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(integer, DeviceScalar_BroadcastBits(127)), 23);
}

// Quern.Kernels.Operators.TanhOperator.Invoke<float, float>(float x)
static float TanhOperator_Invoke(float x)
{
    float magnitude = DeviceScalar_AtMost(DeviceScalar_Broadcast(10.0f), DeviceScalar_Abs(x));
    float n;
    float r;
    float power;
    float t;
    float result;
    float sign_;

    n = ExpOperator_Reduce(DeviceScalar_Multiply(magnitude, DeviceScalar_Broadcast(-2.0f)), &r);
    power = ExpOperator_PowerOfTwo(DeviceScalar_ToBits(n));
    t = DeviceScalar_MultiplyAdd(power, ExpOperator_ExpMinusOne(r), DeviceScalar_Subtract(power, DeviceScalar_Broadcast(1.0f)));
    result = DeviceScalar_Divide(t, DeviceScalar_Add(t, DeviceScalar_Broadcast(2.0f)));
    sign_ = DeviceScalar_Broadcast(-0.0f);
    return DeviceScalar_Select(sign_, x, result);
}

// Quern.Kernels.Gpu.Activations.Apply(int activation, float x)
static float Activations_Apply(int activation, float x)
{
    switch (activation)
    {
        case 1:
        {
            return ReluOperator_Invoke(x);
        }
        case 2:
        {
            return SigmoidOperator_Invoke(x);
        }
        case 3:
        {
            return TanhOperator_Invoke(x);
        }
        default:
        {
            return x;
        }
    }
}

// Quern.Kernels.Gpu.Activations.Gradient(int activation, float gradient, float y)
static float Activations_Gradient(int activation, float gradient, float y)
{
    switch (activation)
    {
        case 1:
        {
            return ReluGradientOperator_Invoke(gradient, y);
        }
        case 2:
        {
            return SigmoidGradientOperator_Invoke(gradient, y);
        }
        case 3:
        {
            return TanhGradientOperator_Invoke(gradient, y);
        }
        default:
        {
            return gradient;
        }
    }
}

// Quern.Kernels.Gpu.MatMul.Store(float value, long place, int biasPlace, int accumulate, ArrayView<float> bias, int biasLength, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_Store(float value, long place, int biasPlace, int accumulate, __global float* bias, int biasLength, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    if (accumulate != 0)
    {
        value += result[place];
    }
    if (biasLength > 0)
    {
        value += bias[biasPlace];
    }
    value = Activations_Apply(activation, value);
    if (gradientLength > 0)
    {
        value = Activations_Gradient(gradientActivation, value, gradientOutput[place]);
    }
    result[place] = value;
}

// Quern.Kernels.Gpu.MatMul.AddParts(ArrayView<float> parts, int count, int n, int accumulate, ArrayView<float> bias, int biasRow, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> result)
__kernel void MatMul_AddParts(
    __global float* parts_buffer, long parts_offset, long parts_length,
    int count,
    int n,
    int accumulate,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int biasRow,
    int activation,
    __global float* gradientOutput_buffer, long gradientOutput_offset, long gradientOutput_length,
    int gradientActivation,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* parts = parts_buffer + parts_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* gradientOutput = gradientOutput_buffer + gradientOutput_offset;
    __global float* result = result_buffer + result_offset;

    int place = (int)get_global_id(0);
    int length_ = (int)result_length;

    if (place < length_)
    {
        float sum = 0.0f;
        long at = place;
        int part = 0;
        int row;

        for (; part + 4 <= count; part += 4)
        {
            float part0 = parts[at];
            float part1 = parts[at + length_];
            float part2 = parts[at + 2L * length_];
            float part3 = parts[at + 3L * length_];

            sum += part0;
            sum += part1;
            sum += part2;
            sum += part3;
            at += 4L * length_;
        }
        for (; part < count; part++)
        {
            sum += parts[at];
            at += length_;
        }
        row = place / n;
        MatMul_Store(sum, place, biasRow != 0 ? row : place - row * n, accumulate, bias, (int)bias_length, activation, gradientOutput, (int)gradientOutput_length, gradientActivation, result);
    }
}
