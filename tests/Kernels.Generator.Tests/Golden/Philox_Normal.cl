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

// Quern.Kernels.Gpu.Philox.Words
typedef struct
{
    uint Word0;
    uint Word1;
    uint Word2;
    uint Word3;
} Words;

// Quern.Kernels.Gpu.Philox.Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
static Words Philox_Encrypt(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
{
    Words words;

    for (int round_ = 0; round_ < 10; round_++)
    {
        ulong first = 3528531795UL * c0;
        ulong second = 3449720151UL * c2;

        c0 = (uint)(second >> 32) ^ c1 ^ k0;
        c1 = (uint)second;
        c2 = (uint)(first >> 32) ^ c3 ^ k1;
        c3 = (uint)first;
        k0 += 2654435769u;
        k1 += 3144134277u;
    }
    words.Word0 = c0;
    words.Word1 = c1;
    words.Word2 = c2;
    words.Word3 = c3;
    return words;
}

// Quern.Kernels.Gpu.Elementary.Log(float x)
static float Elementary_Log(float x)
{
    return LogOperator_Invoke(x);
}

// Quern.Kernels.Gpu.Philox.Radius(uint word)
static float Philox_Radius(uint word)
{
    return sqrt(-2.0f * Elementary_Log(((word >> 8) + 1u) * 5.9604645e-08f));
}

// Quern.Kernels.Gpu.Philox.Store(ArrayView<float> result, int length, int i, float offset, float scale, float value)
static void Philox_Store(__global float* result, int length_, int i, float offset, float scale, float value)
{
    if (i < length_)
    {
        float scaled = value * scale;

        result[i] = offset + scaled;
    }
}

// Quern.Kernels.Gpu.Elementary.TwoOverPi(uint word)
static uint Elementary_TwoOverPi(uint word)
{
    switch (word)
    {
        case 0u:
        {
            return 0u;
        }
        case 1u:
        {
            return 2734261102u;
        }
        case 2u:
        {
            return 1313084713u;
        }
        case 3u:
        {
            return 4230436817u;
        }
        case 4u:
        {
            return 4113882560u;
        }
        case 5u:
        {
            return 3680671129u;
        }
        case 6u:
        {
            return 1011060801u;
        }
        default:
        {
            return 4266746795u;
        }
    }
}

// Quern.Kernels.Gpu.Elementary.FarQuarters(uint bits, out float rest)
static uint Elementary_FarQuarters(uint bits, float* rest)
{
    ulong whole = (bits & 8388607u) | 8388608u;
    uint position = (bits >> 23) - 120u;
    uint word = position >> 5;
    int shift = (int)(position & 31u);
    uint w0 = Elementary_TwoOverPi(word);
    uint w1 = Elementary_TwoOverPi(word + 1u);
    uint w2 = Elementary_TwoOverPi(word + 2u);
    uint w3 = Elementary_TwoOverPi(word + 3u);
    ulong high = whole * (uint)(((((ulong)w0 << 32) | w1) << shift) >> 32);
    ulong middle = whole * (uint)(((((ulong)w1 << 32) | w2) << shift) >> 32);
    ulong low = whole * (uint)(((((ulong)w2 << 32) | w3) << shift) >> 32);
    ulong product;
    long fraction;

    middle += low >> 32;
    product = ((high + (middle >> 32)) << 32) | (uint)middle;
    fraction = (long)(product << 2);
    *rest = (float)fraction * 8.515304e-20f;
    return (uint)((product + 2305843009213693952UL) >> 62);
}

// Quern.Kernels.Gpu.Elementary.Wave(float x, uint quarters)
static float Elementary_Wave(float x, uint quarters)
{
    uint magnitude = as_uint(x) & 2147483647u;
    float rest;
    float z;
    float sine;
    float cosine;
    float value;

    if (magnitude <= 1145569280u)
    {
        float shifted = x * 0.63661975f + 12582912.0f;
        float n = shifted - 12582912.0f;

        quarters += as_uint(shifted) - 1262485504u;
        rest = x - n * 1.5707397f - n * 5.657971e-05f - n * 9.920936e-10f;
    }
    else if (magnitude < 2139095040u)
    {
        uint turned = Elementary_FarQuarters(magnitude, &rest);
        bool isNegative = as_uint(x) != magnitude;

        quarters = isNegative ? quarters - turned : quarters + turned;
        rest = isNegative ? -rest : rest;
    }
    else
    {
        rest = NAN;
    }
    z = rest * rest;
    sine = -0.00019515296f * z + 0.008332161f;
    sine = sine * z - 0.16666655f;
    sine = sine * z * rest + rest;
    sine = z < 1e-08f ? rest : sine;
    cosine = 2.4433157e-05f * z - 0.0013887316f;
    cosine = cosine * z + 0.041666646f;
    cosine = cosine * z * z + (1.0f - 0.5f * z);
    value = (quarters & 1u) != 0u ? cosine : sine;
    return (quarters & 2u) != 0u ? -value : value;
}

// Quern.Kernels.Gpu.Elementary.Cos(float x)
static float Elementary_Cos(float x)
{
    return Elementary_Wave(x, 1u);
}

// Quern.Kernels.Gpu.Elementary.Sin(float x)
static float Elementary_Sin(float x)
{
    return Elementary_Wave(x, 0u);
}

// Quern.Kernels.Gpu.Philox.Normal(uint seedLow, uint seedHigh, uint streamLow, uint streamHigh, float mean, float std, ArrayView<float> result)
__kernel void Philox_Normal(
    uint seedLow,
    uint seedHigh,
    uint streamLow,
    uint streamHigh,
    float mean,
    float std,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* result = result_buffer + result_offset;

    int block = (int)get_global_id(0);
    Words words = Philox_Encrypt((uint)block, 0u, streamLow, streamHigh, seedLow, seedHigh);
    int i = block * 4;
    float radius = Philox_Radius(words.Word0);
    float angle = (words.Word1 >> 8) * 3.7450704e-07f;

    Philox_Store(result, (int)result_length, i, mean, std, radius * Elementary_Cos(angle));
    Philox_Store(result, (int)result_length, i + 1, mean, std, radius * Elementary_Sin(angle));
    radius = Philox_Radius(words.Word2);
    angle = (words.Word3 >> 8) * 3.7450704e-07f;
    Philox_Store(result, (int)result_length, i + 2, mean, std, radius * Elementary_Cos(angle));
    Philox_Store(result, (int)result_length, i + 3, mean, std, radius * Elementary_Sin(angle));
}
