// Quern.Kernels.Gpu.Elementary.TwoOverPi(uint word)
static uint Shared_Elementary_TwoOverPi(uint word)
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
static uint Shared_Elementary_FarQuarters(uint bits, float* rest)
{
    ulong whole = (bits & 8388607u) | 8388608u;
    uint position = (bits >> 23) - 120u;
    uint word = position >> 5;
    int shift = (int)(position & 31u);
    uint w0 = Shared_Elementary_TwoOverPi(word);
    uint w1 = Shared_Elementary_TwoOverPi(word + 1u);
    uint w2 = Shared_Elementary_TwoOverPi(word + 2u);
    uint w3 = Shared_Elementary_TwoOverPi(word + 3u);
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
static float Shared_Elementary_Wave(float x, uint quarters)
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
        uint turned = Shared_Elementary_FarQuarters(magnitude, &rest);
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
static float Shared_Elementary_Cos(float x)
{
    return Shared_Elementary_Wave(x, 1u);
}

// Quern.Kernels.Gpu.DeviceScalar.Cos(float value)
static float DeviceScalar_Cos(float value)
{
    return Shared_Elementary_Cos(value);
}

// Quern.Kernels.Operators.CosOperator.Invoke<float, float>(float x)
static float CosOperator_Invoke(float x)
{
    return DeviceScalar_Cos(x);
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
        y[i] = CosOperator_Invoke(x[i]);
    }
}
