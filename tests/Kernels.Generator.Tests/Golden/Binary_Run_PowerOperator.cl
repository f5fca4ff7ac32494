// Quern.Kernels.Gpu.Elementary.IsWhole(uint bits)
static bool Shared_Elementary_IsWhole(uint bits)
{
    uint exponent = bits >> 23;

    return exponent >= 150u || (exponent >= 127u && bits << (int)((exponent - 118u) & 31u) == 0u);
}

// Quern.Kernels.Gpu.Elementary.IsOdd(uint bits)
static bool Shared_Elementary_IsOdd(uint bits)
{
    uint exponent = bits >> 23;
    bool isOne = exponent == 127u;
    uint lastBit = ((bits | 8388608u) >> (int)((150u - exponent) & 31u)) & 1u;

    return Shared_Elementary_IsWhole(bits) && exponent <= 150u && (isOne || lastBit != 0u);
}

// Quern.Kernels.Gpu.Elementary.Exponent(uint bits)
static int Shared_Elementary_Exponent(uint bits)
{
    return (int)(bits - 1060439283u) >> 23;
}

// Quern.Kernels.Gpu.Elementary.Mantissa(uint bits, int exponent)
static float Shared_Elementary_Mantissa(uint bits, int exponent)
{
    return as_float(bits - ((uint)exponent << 23));
}

// Quern.Kernels.Gpu.Elementary.Upper(float value)
static float Shared_Elementary_Upper(float value)
{
    return as_float(as_uint(value) & 4294963200u);
}

// Quern.Kernels.Gpu.Elementary.PowerOfTwo(int n)
static float Shared_Elementary_PowerOfTwo(int n)
{
    return as_float((uint)(n + 127) << 23);
}

// Quern.Kernels.Gpu.Elementary.Scale(float value, int n)
static float Shared_Elementary_Scale(float value, int n)
{
    int half_ = n >> 1;

    return value * Shared_Elementary_PowerOfTwo(half_) * Shared_Elementary_PowerOfTwo(n - half_);
}

// Quern.Kernels.Gpu.Elementary.ExpMinusOne(float r)
static float Shared_Elementary_ExpMinusOne(float r)
{
    float q = 0.0013926176f * r + 0.008363173f;

    q = q * r + 0.041666556f;
    q = q * r + 0.16666578f;
    q = q * r + 0.5f;
    return q * (r * r) + r;
}

// Quern.Kernels.Gpu.Elementary.PowerOf(uint bits, float y)
static float Shared_Elementary_PowerOf(uint bits, float y)
{
    float offset = 0.0f;
    int exponent;
    float n;
    float m;
    float u;
    float d;
    float inverse;
    float s;
    float sHigh;
    float dHigh;
    float dLow;
    float sLow;
    float z;
    float r;
    float high;
    float low;
    float logHigh;
    float logLow;
    float atMost;
    float inside;
    float yHigh;
    float productHigh;
    float productLow;
    float sum;
    bool isFar;
    float shifted;
    float fraction;

    if (bits < 8388608u)
    {
        bits = as_uint(as_float(bits) * 8388608.0f);
        offset = 23.0f;
    }
    exponent = Shared_Elementary_Exponent(bits);
    n = exponent - offset;
    m = Shared_Elementary_Mantissa(bits, exponent);
    u = m - 1.0f;
    d = m + 1.0f;
    inverse = 1.0f / d;
    s = u * inverse;
    sHigh = Shared_Elementary_Upper(s);
    dHigh = Shared_Elementary_Upper(d);
    dLow = d - dHigh + (m - (d - 1.0f));
    sLow = (u - sHigh * dHigh - sHigh * dLow) * inverse;
    z = s * s;
    r = 0.09090909f * z + 0.11111111f;
    r = r * z + 0.14285715f;
    r = r * z + 0.2f;
    r = r * z + 0.33333334f;
    sLow += s * z * r;
    high = 2.8847656f * sHigh;
    low = 0.0006244568f * sHigh + 2.88539f * sLow;
    logHigh = Shared_Elementary_Upper(n + (high + low));
    logLow = low - (logHigh - n - high);
    atMost = y > 1e+12f ? 1e+12f : y;
    inside = atMost < -1e+12f ? -1e+12f : atMost;
    yHigh = Shared_Elementary_Upper(inside);
    productHigh = yHigh * logHigh;
    productLow = (inside - yHigh) * logHigh + inside * logLow;
    sum = productHigh + productLow;
    isFar = fabs(sum) > 160.0f;
    productHigh = isFar ? fmax(fmin(sum, 160.0f), -160.0f) : productHigh;
    productLow = isFar ? 0.0f : productLow;
    shifted = productHigh + productLow + 12582912.0f;
    fraction = productHigh - (shifted - 12582912.0f) + productLow;
    return Shared_Elementary_Scale(1.0f + Shared_Elementary_ExpMinusOne(fraction * 0.6931472f), (int)(as_uint(shifted) - 1262485504u));
}

// Quern.Kernels.Gpu.Elementary.Pow(float x, float y)
static float Shared_Elementary_Pow(float x, float y)
{
    uint baseBits = as_uint(x);
    uint baseMagnitude = baseBits & 2147483647u;
    uint exponentBits = as_uint(y);
    uint exponentMagnitude = exponentBits & 2147483647u;
    bool isGrowing = exponentBits == exponentMagnitude;
    float sign_;

    if (baseBits == 1065353216u || exponentMagnitude == 0u)
    {
        return 1.0f;
    }
    if (baseMagnitude > 2139095040u || exponentMagnitude > 2139095040u)
    {
        return NAN;
    }
    if (exponentMagnitude == 2139095040u)
    {
        if (baseMagnitude == 1065353216u)
        {
            return 1.0f;
        }
        return baseMagnitude > 1065353216u == isGrowing ? INFINITY : 0.0f;
    }
    sign_ = baseBits != baseMagnitude && Shared_Elementary_IsOdd(exponentMagnitude) ? -1.0f : 1.0f;
    if (baseMagnitude == 0u || baseMagnitude == 2139095040u)
    {
        return sign_ * (baseMagnitude == 2139095040u == isGrowing ? INFINITY : 0.0f);
    }
    if (baseBits != baseMagnitude && !Shared_Elementary_IsWhole(exponentMagnitude))
    {
        return NAN;
    }
    return sign_ * Shared_Elementary_PowerOf(baseMagnitude, y);
}

// Quern.Kernels.Gpu.DeviceScalar.Power(float left, float right)
static float DeviceScalar_Power(float left, float right)
{
    return Shared_Elementary_Pow(left, right);
}

// Quern.Kernels.Operators.PowerOperator.Invoke<float, float>(float left, float right)
static float PowerOperator_Invoke(float left, float right)
{
    return DeviceScalar_Power(left, right);
}

// Quern.Kernels.Gpu.Binary.Run<TOperator>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result)
__kernel void Binary_Run(
    __global float* left_buffer, long left_offset, long left_length,
    __global float* right_buffer, long right_offset, long right_length,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* left = left_buffer + left_offset;
    __global float* right = right_buffer + right_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        result[i] = PowerOperator_Invoke(left[i], right[i]);
    }
}
