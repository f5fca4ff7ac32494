// Quern.Kernels.Operators.AbsOperator.Invoke<float, float>(float x)
static float AbsOperator_Invoke(float x)
{
    return DeviceScalar_Abs(x);
}

// Quern.Kernels.Operators.AdamOperator.Invoke<float, float>(ref float parameter, float gradient, ref float state0, ref float state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void AdamOperator_Invoke(float* parameter, float gradient, float* state0, float* state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    float g = DeviceScalar_MultiplyAdd(*parameter, c6, gradient);
    float denominator;

    *state0 = DeviceScalar_MultiplyAdd(DeviceScalar_Subtract(g, *state0), c3, *state0);
    *state1 = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(g, c5), g, DeviceScalar_Multiply(*state1, c4));
    denominator = DeviceScalar_MultiplyAdd(DeviceScalar_Sqrt(*state1), c1, c2);
    *parameter = DeviceScalar_Subtract(DeviceScalar_Multiply(*parameter, c7), DeviceScalar_Divide(DeviceScalar_Multiply(*state0, c0), denominator));
}

// Quern.Kernels.Operators.AddOperator.Invoke<float, float>(float left, float right)
static float AddOperator_Invoke(float left, float right)
{
    return DeviceScalar_Add(left, right);
}

// Quern.Kernels.Operators.Atan2Operator.Invoke<float, float>(float y, float x)
static float Atan2Operator_Invoke(float y, float x)
{
    float zero = DeviceScalar_Broadcast(0.0f);
    float height = DeviceScalar_Abs(y);
    float width = DeviceScalar_Abs(x);
    float lesser = DeviceScalar_Min(height, width);
    float greater = DeviceScalar_Max(height, width);
    float q = DeviceScalar_Select(DeviceScalar_Equal(greater, zero), zero, DeviceScalar_Divide(lesser, greater));
    float square;
    float p;
    float angle;
    float turned;
    float behind;
    float isBehind;

    q = DeviceScalar_Select(DeviceScalar_Equal(lesser, DeviceScalar_Broadcast(INFINITY)), DeviceScalar_Broadcast(1.0f), q);
    square = DeviceScalar_Multiply(q, q);
    p = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(-0.0017935939f), square, DeviceScalar_Broadcast(0.010914481f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.031177614f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.05795736f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.08403437f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.10952181f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.14264241f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.19998549f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.333333f));
    angle = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(q, square), p, q);
    turned = DeviceScalar_Add(DeviceScalar_Broadcast(1.5707964f), DeviceScalar_Subtract(DeviceScalar_Broadcast(-4.371139e-08f), angle));
    angle = DeviceScalar_Select(DeviceScalar_Greater(height, width), turned, angle);
    behind = DeviceScalar_Add(DeviceScalar_Broadcast(3.1415927f), DeviceScalar_Subtract(DeviceScalar_Broadcast(-8.742278e-08f), angle));
    isBehind = DeviceScalar_ShiftRightBits(x, 31);
    return DeviceScalar_Select(DeviceScalar_Broadcast(-0.0f), y, DeviceScalar_Select(isBehind, behind, angle));
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

// Quern.Kernels.Operators.LogOperator.OfNormal<float, float>(float x)
static float LogOperator_OfNormal(float x)
{
    float n;
    float f;

    n = LogOperator_Split(x, &f);
    return LogOperator_Formula(n, f);
}

// Quern.Kernels.Operators.BceWithLogitsOperator.Invoke<float, float>(float output, float target, float parameter, out float outputGradient, out float targetGradient)
static float BceWithLogitsOperator_Invoke(float output, float target, float parameter, float* outputGradient, float* targetGradient)
{
    float zero = DeviceScalar_Broadcast(0.0f);
    float one = DeviceScalar_Broadcast(1.0f);
    float e = ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Abs(output)));
    float sum = DeviceScalar_Add(one, e);
    float sigmoid = DeviceScalar_Divide(DeviceScalar_Select(DeviceScalar_GreaterOrEqual(output, zero), one, e), sum);
    float lost;
    float log_;
    float distance_;
    float missed;

    *outputGradient = DeviceScalar_Subtract(sigmoid, target);
    *targetGradient = DeviceScalar_Negate(output);
    lost = DeviceScalar_Divide(DeviceScalar_Subtract(e, DeviceScalar_Subtract(sum, one)), sum);
    log_ = DeviceScalar_Add(LogOperator_OfNormal(sum), lost);
    distance_ = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(output, zero), DeviceScalar_Subtract(one, target), target);
    missed = DeviceScalar_Select(DeviceScalar_Equal(distance_, zero), zero, DeviceScalar_Multiply(DeviceScalar_Abs(output), distance_));
    return DeviceScalar_Add(missed, log_);
}

// Quern.Kernels.Operators.CeilOperator.Invoke<float, float>(float x)
static float CeilOperator_Invoke(float x)
{
    return DeviceScalar_Negate(FloorOperator_Invoke(DeviceScalar_Negate(x)));
}

// Quern.Kernels.Operators.CosOperator.Invoke<float, float>(float x)
static float CosOperator_Invoke(float x)
{
    return DeviceScalar_Cos(x);
}

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

// Quern.Kernels.Gpu.DeviceScalar.Sqrt(float value)
static float DeviceScalar_Sqrt(float value)
{
    return sqrt(value);
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

// Quern.Kernels.Gpu.DeviceScalar.Max(float left, float right)
static float DeviceScalar_Max(float left, float right)
{
    float equal = as_float(as_uint(left) & as_uint(right));
    float leftOrNaN = right < left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left < right ? right : leftOrEqual;
}

// Quern.Kernels.Gpu.DeviceScalar.Min(float left, float right)
static float DeviceScalar_Min(float left, float right)
{
    float equal = as_float(as_uint(left) | as_uint(right));
    float leftOrNaN = right > left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left > right ? right : leftOrEqual;
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

// Quern.Kernels.Gpu.Elementary.Sin(float x)
static float Shared_Elementary_Sin(float x)
{
    return Shared_Elementary_Wave(x, 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.Sin(float value)
static float DeviceScalar_Sin(float value)
{
    return Shared_Elementary_Sin(value);
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

// Quern.Kernels.Gpu.DeviceScalar.AndNot(float left, float right)
static float DeviceScalar_AndNot(float left, float right)
{
    return as_float(as_uint(left) & ~as_uint(right));
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

// Quern.Kernels.Operators.DivideOperator.Invoke<float, float>(float left, float right)
static float DivideOperator_Invoke(float left, float right)
{
    return DeviceScalar_Divide(left, right);
}

// Quern.Kernels.Operators.EluGradientOperator.Invoke<float, float>(float outputGradient, float x, float alpha)
static float EluGradientOperator_Invoke(float outputGradient, float x, float alpha)
{
    float zero = DeviceScalar_Broadcast(0.0f);
    float slope = DeviceScalar_Multiply(alpha, ExpOperator_OfNonPositive(DeviceScalar_AtMost(zero, x)));

    return DeviceScalar_Select(DeviceScalar_Greater(x, zero), outputGradient, DeviceScalar_Multiply(slope, outputGradient));
}

// Quern.Kernels.Operators.ExpOperator.PowerOfTwo<float, float>(float integer)
static float ExpOperator_PowerOfTwo(float integer)
{
    return DeviceScalar_ShiftLeftBits(DeviceScalar_AddBits(integer, DeviceScalar_BroadcastBits(127)), 23);
}

// Quern.Kernels.Operators.EluOperator.Invoke<float, float>(float x, float alpha)
static float EluOperator_Invoke(float x, float alpha)
{
    float negative = DeviceScalar_AtMost(DeviceScalar_Broadcast(0.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-30.0f), x));
    float n;
    float r;
    float power;
    float difference;

    n = ExpOperator_Reduce(negative, &r);
    power = ExpOperator_PowerOfTwo(DeviceScalar_ToBits(n));
    difference = DeviceScalar_MultiplyAdd(power, ExpOperator_ExpMinusOne(r), DeviceScalar_Subtract(power, DeviceScalar_Broadcast(1.0f)));
    return DeviceScalar_Select(DeviceScalar_Greater(x, DeviceScalar_Broadcast(0.0f)), x, DeviceScalar_Multiply(alpha, difference));
}

// Quern.Kernels.Operators.EqualOperator.Invoke<float, float>(float left, float right)
static float EqualOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_Equal(left, right), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.ErfOperator.Invoke<float, float>(float x)
static float ErfOperator_Invoke(float x)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float magnitude = DeviceScalar_AtMost(DeviceScalar_Broadcast(4.0f), DeviceScalar_Abs(x));
    float square = DeviceScalar_Multiply(magnitude, magnitude);
    float p = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(7.853858e-05f), square, DeviceScalar_Broadcast(-0.00080101925f));
    float near_;
    float q;
    float far_;
    float sign_;

    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.0051883277f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.026853811f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.112835854f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(-0.37612626f));
    p = DeviceScalar_MultiplyAdd(p, square, DeviceScalar_Broadcast(0.12837917f));
    near_ = DeviceScalar_MultiplyAdd(magnitude, p, magnitude);
    q = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(1.3962444e-05f), magnitude, DeviceScalar_Broadcast(-0.00035059205f));
    q = DeviceScalar_MultiplyAdd(q, magnitude, DeviceScalar_Broadcast(0.0037574768f));
    q = DeviceScalar_MultiplyAdd(q, magnitude, DeviceScalar_Broadcast(-0.02401007f));
    q = DeviceScalar_MultiplyAdd(q, magnitude, DeviceScalar_Broadcast(0.10653087f));
    q = DeviceScalar_MultiplyAdd(q, magnitude, DeviceScalar_Broadcast(0.63496953f));
    q = DeviceScalar_MultiplyAdd(q, magnitude, DeviceScalar_Broadcast(1.1286943f));
    far_ = DeviceScalar_Subtract(one, ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Multiply(magnitude, q))));
    sign_ = DeviceScalar_Broadcast(-0.0f);
    return DeviceScalar_Select(sign_, x, DeviceScalar_Select(DeviceScalar_Greater(one, magnitude), near_, far_));
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

// Quern.Kernels.Operators.Expm1Operator.Invoke<float, float>(float x)
static float Expm1Operator_Invoke(float x)
{
    float n;
    float r;
    float power;
    float half_;

    n = ExpOperator_Reduce(DeviceScalar_AtMost(DeviceScalar_Broadcast(89.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-30.0f), x)), &r);
    power = ExpOperator_PowerOfTwo(DeviceScalar_SubtractBits(DeviceScalar_ToBits(n), DeviceScalar_BroadcastBits(1)));
    half_ = DeviceScalar_MultiplyAdd(power, ExpOperator_ExpMinusOne(r), DeviceScalar_Subtract(power, DeviceScalar_Broadcast(0.5f)));
    return DeviceScalar_Select(DeviceScalar_Greater(DeviceScalar_Broadcast(2.9802322e-08f), DeviceScalar_Abs(x)), x, DeviceScalar_Add(half_, half_));
}

// Quern.Kernels.Operators.FloorOperator.Invoke<float, float>(float x)
static float FloorOperator_Invoke(float x)
{
    float nearest = RoundOperator_Invoke(x);

    return DeviceScalar_Subtract(nearest, DeviceScalar_And(DeviceScalar_Greater(nearest, x), DeviceScalar_Broadcast(1.0f)));
}

// Quern.Kernels.Operators.GeluOperator.Distribution<float, float>(float x, out float bell)
static float GeluOperator_Distribution(float x, float* bell)
{
    float magnitude = DeviceScalar_AtMost(DeviceScalar_Broadcast(15.0f), DeviceScalar_Abs(x));
    float square = DeviceScalar_Multiply(magnitude, magnitude);
    float lost = DeviceScalar_MultiplyAdd(magnitude, magnitude, DeviceScalar_Negate(square));
    float one;
    float t;
    float p;
    float tail;

    *bell = ExpOperator_OfNonPositive(DeviceScalar_Multiply(square, DeviceScalar_Broadcast(-0.5f)));
    *bell = DeviceScalar_MultiplyAdd(*bell, DeviceScalar_Multiply(lost, DeviceScalar_Broadcast(-0.5f)), *bell);
    one = DeviceScalar_Broadcast(1.0f);
    t = DeviceScalar_Divide(one, DeviceScalar_MultiplyAdd(magnitude, DeviceScalar_Broadcast(0.35355338f), one));
    p = DeviceScalar_MultiplyAdd(DeviceScalar_Broadcast(0.04084947f), t, DeviceScalar_Broadcast(-0.22075696f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.45746318f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(-0.4013745f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.08230296f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(-0.028877754f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.08132676f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.17844722f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.24638972f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.28213668f));
    p = DeviceScalar_MultiplyAdd(p, t, DeviceScalar_Broadcast(0.28209326f));
    tail = DeviceScalar_Multiply(DeviceScalar_Multiply(*bell, DeviceScalar_Broadcast(0.5f)), DeviceScalar_Multiply(p, t));
    return DeviceScalar_Select(DeviceScalar_Greater(DeviceScalar_Broadcast(0.0f), x), tail, DeviceScalar_Subtract(one, tail));
}

// Quern.Kernels.Operators.GeluGradientOperator.Invoke<float, float>(float outputGradient, float x)
static float GeluGradientOperator_Invoke(float outputGradient, float x)
{
    float distribution;
    float bell;
    float density;
    float near_;

    distribution = GeluOperator_Distribution(x, &bell);
    density = DeviceScalar_Multiply(bell, DeviceScalar_Broadcast(0.3989423f));
    near_ = DeviceScalar_AtMost(DeviceScalar_Broadcast(15.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-15.0f), x));
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_MultiplyAdd(near_, density, distribution));
}

// Quern.Kernels.Operators.GeluOperator.Invoke<float, float>(float x)
static float GeluOperator_Invoke(float x)
{
    float unused;

    float distribution = GeluOperator_Distribution(x, &unused);

    return DeviceScalar_Multiply(DeviceScalar_AtLeast(DeviceScalar_Broadcast(-15.0f), x), distribution);
}

// Quern.Kernels.Operators.GeluTanhOperator.Near<float, float>(float x)
static float GeluTanhOperator_Near(float x)
{
    return DeviceScalar_AtMost(DeviceScalar_Broadcast(12.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-12.0f), x));
}

// Quern.Kernels.Operators.GeluTanhOperator.Gate<float, float>(float x, out float slope)
static float GeluTanhOperator_Gate(float x, float* slope)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float scale = DeviceScalar_Broadcast(1.5957692f);
    float square = DeviceScalar_Multiply(x, x);

    *slope = DeviceScalar_Multiply(scale, DeviceScalar_MultiplyAdd(square, DeviceScalar_Broadcast(0.134145f), one));
    return SigmoidOperator_Invoke(DeviceScalar_Multiply(DeviceScalar_Multiply(scale, x), DeviceScalar_MultiplyAdd(square, DeviceScalar_Broadcast(0.044715f), one)));
}

// Quern.Kernels.Operators.GeluTanhGradientOperator.Invoke<float, float>(float outputGradient, float x)
static float GeluTanhGradientOperator_Invoke(float outputGradient, float x)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float near_ = GeluTanhOperator_Near(x);
    float gate;
    float slope;
    float change;

    gate = GeluTanhOperator_Gate(near_, &slope);
    change = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(near_, DeviceScalar_Subtract(one, gate)), slope, one);
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Multiply(gate, change));
}

// Quern.Kernels.Operators.GeluTanhOperator.Invoke<float, float>(float x)
static float GeluTanhOperator_Invoke(float x)
{
    float unused;

    float gate = GeluTanhOperator_Gate(GeluTanhOperator_Near(x), &unused);

    return DeviceScalar_Multiply(DeviceScalar_AtLeast(DeviceScalar_Broadcast(-12.0f), x), gate);
}

// Quern.Kernels.Operators.GreaterOperator.Invoke<float, float>(float left, float right)
static float GreaterOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_Greater(left, right), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.GreaterOrEqualOperator.Invoke<float, float>(float left, float right)
static float GreaterOrEqualOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_GreaterOrEqual(left, right), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Cpu.MatMulKernels.TileEpilogue.Identity.Invoke<float, float>(float x)
static float TileEpilogue_Identity_Invoke(float x)
{
    return x;
}

// Quern.Kernels.Operators.IsFiniteOperator.Invoke<float, float>(float x)
static float IsFiniteOperator_Invoke(float x)
{
    return DeviceScalar_And(DeviceScalar_Greater(DeviceScalar_Broadcast(INFINITY), DeviceScalar_Abs(x)), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.IsIndexOperator.Invoke<float, float>(float left, float right)
static float IsIndexOperator_Invoke(float left, float right)
{
    float isWhole = DeviceScalar_Equal(left, FloorOperator_Invoke(left));
    float isInside = DeviceScalar_And(DeviceScalar_GreaterOrEqual(left, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Greater(right, left));

    return DeviceScalar_And(DeviceScalar_And(isWhole, isInside), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.IsInfOperator.Invoke<float, float>(float x)
static float IsInfOperator_Invoke(float x)
{
    return DeviceScalar_And(DeviceScalar_Equal(DeviceScalar_Abs(x), DeviceScalar_Broadcast(INFINITY)), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.IsNaNOperator.Invoke<float, float>(float x)
static float IsNaNOperator_Invoke(float x)
{
    return DeviceScalar_AndNot(DeviceScalar_Broadcast(1.0f), DeviceScalar_Equal(x, x));
}

// Quern.Kernels.Operators.KlDivergenceOperator.Invoke<float, float>(float output, float target, float parameter, out float outputGradient, out float targetGradient)
static float KlDivergenceOperator_Invoke(float output, float target, float parameter, float* outputGradient, float* targetGradient)
{
    float half_ = DeviceScalar_Broadcast(0.5f);
    float excess = DeviceScalar_Subtract(ExpOperator_Invoke(target), DeviceScalar_Broadcast(1.0f));

    *outputGradient = output;
    *targetGradient = DeviceScalar_Multiply(half_, excess);
    return DeviceScalar_Multiply(half_, DeviceScalar_MultiplyAdd(output, output, DeviceScalar_Subtract(excess, target)));
}

// Quern.Kernels.Operators.LeakyReluGradientOperator.Invoke<float, float>(float outputGradient, float x, float slope)
static float LeakyReluGradientOperator_Invoke(float outputGradient, float x, float slope)
{
    return DeviceScalar_Select(DeviceScalar_Greater(x, DeviceScalar_Broadcast(0.0f)), outputGradient, DeviceScalar_Multiply(slope, outputGradient));
}

// Quern.Kernels.Operators.LeakyReluOperator.Invoke<float, float>(float x, float slope)
static float LeakyReluOperator_Invoke(float x, float slope)
{
    return DeviceScalar_Select(DeviceScalar_Greater(x, DeviceScalar_Broadcast(0.0f)), x, DeviceScalar_Multiply(slope, x));
}

// Quern.Kernels.Operators.LeftOperator.Invoke<float, float>(float left, float right)
static float LeftOperator_Invoke(float left, float right)
{
    return left;
}

// Quern.Kernels.Operators.LessOperator.Invoke<float, float>(float left, float right)
static float LessOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_Greater(right, left), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.LessOrEqualOperator.Invoke<float, float>(float left, float right)
static float LessOrEqualOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_GreaterOrEqual(right, left), DeviceScalar_Broadcast(1.0f));
}

// Quern.Kernels.Operators.Log1pOperator.Invoke<float, float>(float x)
static float Log1pOperator_Invoke(float x)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float sum = DeviceScalar_Add(one, x);
    float lost = DeviceScalar_Divide(DeviceScalar_Subtract(x, DeviceScalar_Subtract(sum, one)), sum);
    float isNumber = DeviceScalar_Greater(DeviceScalar_Broadcast(INFINITY), DeviceScalar_Abs(lost));
    float result = DeviceScalar_Add(LogOperator_Invoke(sum), DeviceScalar_And(lost, isNumber));

    return DeviceScalar_Select(DeviceScalar_Greater(DeviceScalar_Broadcast(2.9802322e-08f), DeviceScalar_Abs(x)), x, result);
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

// Quern.Kernels.Operators.LogicalAndOperator.Invoke<float, float>(float left, float right)
static float LogicalAndOperator_Invoke(float left, float right)
{
    float zero = DeviceScalar_Broadcast(0.0f);

    return DeviceScalar_AndNot(DeviceScalar_AndNot(DeviceScalar_Broadcast(1.0f), DeviceScalar_Equal(left, zero)), DeviceScalar_Equal(right, zero));
}

// Quern.Kernels.Operators.LogicalOrOperator.Invoke<float, float>(float left, float right)
static float LogicalOrOperator_Invoke(float left, float right)
{
    float zero = DeviceScalar_Broadcast(0.0f);

    return DeviceScalar_AndNot(DeviceScalar_Broadcast(1.0f), DeviceScalar_And(DeviceScalar_Equal(left, zero), DeviceScalar_Equal(right, zero)));
}

// Quern.Kernels.Operators.MaskedFillOperator.Invoke<float, float>(float mask, float x, float value)
static float MaskedFillOperator_Invoke(float mask, float x, float value)
{
    return DeviceScalar_Select(DeviceScalar_Equal(mask, DeviceScalar_Broadcast(0.0f)), x, value);
}

// Quern.Kernels.Operators.MaximumOperator.Invoke<float, float>(float left, float right)
static float MaximumOperator_Invoke(float left, float right)
{
    return DeviceScalar_Max(left, right);
}

// Quern.Kernels.Operators.MinimumOperator.Invoke<float, float>(float left, float right)
static float MinimumOperator_Invoke(float left, float right)
{
    return DeviceScalar_Min(left, right);
}

// Quern.Kernels.Operators.MseOperator.Invoke<float, float>(float output, float target, float parameter, out float outputGradient, out float targetGradient)
static float MseOperator_Invoke(float output, float target, float parameter, float* outputGradient, float* targetGradient)
{
    float difference = DeviceScalar_Subtract(output, target);

    *outputGradient = DeviceScalar_Add(difference, difference);
    *targetGradient = DeviceScalar_Negate(*outputGradient);
    return DeviceScalar_Multiply(difference, difference);
}

// Quern.Kernels.Operators.MultiplyOperator.Invoke<float, float>(float left, float right)
static float MultiplyOperator_Invoke(float left, float right)
{
    return DeviceScalar_Multiply(left, right);
}

// Quern.Kernels.Operators.NegateOperator.Invoke<float, float>(float x)
static float NegateOperator_Invoke(float x)
{
    return DeviceScalar_Negate(x);
}

// Quern.Kernels.Operators.NotEqualOperator.Invoke<float, float>(float left, float right)
static float NotEqualOperator_Invoke(float left, float right)
{
    return DeviceScalar_AndNot(DeviceScalar_Broadcast(1.0f), DeviceScalar_Equal(left, right));
}

// Quern.Kernels.Operators.PowerOperator.Invoke<float, float>(float left, float right)
static float PowerOperator_Invoke(float left, float right)
{
    return DeviceScalar_Power(left, right);
}

// Quern.Kernels.Operators.ReciprocalOperator.Invoke<float, float>(float x)
static float ReciprocalOperator_Invoke(float x)
{
    return DeviceScalar_Divide(DeviceScalar_Broadcast(1.0f), x);
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

// Quern.Kernels.Operators.RmsPropOperator.Invoke<float, float>(ref float parameter, float gradient, ref float state0, ref float state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void RmsPropOperator_Invoke(float* parameter, float gradient, float* state0, float* state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    float g = DeviceScalar_MultiplyAdd(*parameter, c1, gradient);

    *state0 = DeviceScalar_MultiplyAdd(DeviceScalar_Multiply(g, c3), g, DeviceScalar_Multiply(*state0, c2));
    *state1 = DeviceScalar_MultiplyAdd(*state1, c5, DeviceScalar_Divide(g, DeviceScalar_Add(DeviceScalar_Sqrt(*state0), c4)));
    *parameter = DeviceScalar_MultiplyAdd(*state1, DeviceScalar_Negate(c0), *parameter);
}

// Quern.Kernels.Operators.RoundOperator.Invoke<float, float>(float x)
static float RoundOperator_Invoke(float x)
{
    float unit = DeviceScalar_Broadcast(8388608.0f);
    float magnitude = DeviceScalar_Abs(x);
    float whole = DeviceScalar_Subtract(DeviceScalar_Add(magnitude, unit), unit);
    float sign_ = DeviceScalar_Broadcast(-0.0f);

    return DeviceScalar_Select(DeviceScalar_Greater(unit, magnitude), DeviceScalar_Select(sign_, x, whole), x);
}

// Quern.Kernels.Operators.SgdMomentumOperator.Invoke<float, float>(ref float parameter, float gradient, ref float state0, ref float state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void SgdMomentumOperator_Invoke(float* parameter, float gradient, float* state0, float* state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    float g = DeviceScalar_MultiplyAdd(*parameter, c1, gradient);
    float change;

    *state0 = DeviceScalar_MultiplyAdd(*state0, c2, g);
    change = DeviceScalar_Select(DeviceScalar_Greater(c3, DeviceScalar_Broadcast(0.0f)), DeviceScalar_MultiplyAdd(*state0, c2, g), *state0);
    *parameter = DeviceScalar_MultiplyAdd(change, DeviceScalar_Negate(c0), *parameter);
}

// Quern.Kernels.Operators.SgdOperator.Invoke<float, float>(ref float parameter, float gradient, ref float state0, ref float state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
static void SgdOperator_Invoke(float* parameter, float gradient, float* state0, float* state1, float c0, float c1, float c2, float c3, float c4, float c5, float c6, float c7)
{
    *parameter = DeviceScalar_MultiplyAdd(DeviceScalar_MultiplyAdd(*parameter, c1, gradient), DeviceScalar_Negate(c0), *parameter);
}

// Quern.Kernels.Operators.SigmoidGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float SigmoidGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Multiply(output, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), output)));
}

// Quern.Kernels.Operators.SigmoidOperator.Invoke<float, float>(float x)
static float SigmoidOperator_Invoke(float x)
{
    float e = ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Abs(x)));
    float numerator = DeviceScalar_Select(DeviceScalar_GreaterOrEqual(x, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(1.0f), e);

    return DeviceScalar_Divide(numerator, DeviceScalar_Add(DeviceScalar_Broadcast(1.0f), e));
}

// Quern.Kernels.Operators.SignOperator.Invoke<float, float>(float x)
static float SignOperator_Invoke(float x)
{
    float zero = DeviceScalar_Broadcast(0.0f);
    float one = DeviceScalar_Broadcast(1.0f);

    return DeviceScalar_Subtract(DeviceScalar_And(DeviceScalar_Greater(x, zero), one), DeviceScalar_And(DeviceScalar_Greater(zero, x), one));
}

// Quern.Kernels.Operators.SiluGradientOperator.Invoke<float, float>(float outputGradient, float x)
static float SiluGradientOperator_Invoke(float outputGradient, float x)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float s;

    x = DeviceScalar_AtMost(DeviceScalar_Broadcast(110.0f), DeviceScalar_AtLeast(DeviceScalar_Broadcast(-110.0f), x));
    s = SigmoidOperator_Invoke(x);
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Multiply(s, DeviceScalar_MultiplyAdd(x, DeviceScalar_Subtract(one, s), one)));
}

// Quern.Kernels.Operators.SiluOperator.Invoke<float, float>(float x)
static float SiluOperator_Invoke(float x)
{
    return DeviceScalar_Multiply(DeviceScalar_AtLeast(DeviceScalar_Broadcast(-110.0f), x), SigmoidOperator_Invoke(x));
}

// Quern.Kernels.Operators.SinOperator.Invoke<float, float>(float x)
static float SinOperator_Invoke(float x)
{
    return DeviceScalar_Sin(x);
}

// Quern.Kernels.Operators.SmoothL1Operator.Invoke<float, float>(float output, float target, float parameter, out float outputGradient, out float targetGradient)
static float SmoothL1Operator_Invoke(float output, float target, float parameter, float* outputGradient, float* targetGradient)
{
    float half_ = DeviceScalar_Broadcast(0.5f);
    float difference = DeviceScalar_Subtract(output, target);
    float distance_ = DeviceScalar_Abs(difference);
    float near_ = DeviceScalar_Greater(parameter, distance_);
    float quotient = DeviceScalar_Divide(difference, parameter);
    float sign_ = DeviceScalar_Select(DeviceScalar_Broadcast(-0.0f), difference, DeviceScalar_Broadcast(1.0f));
    float squared;

    sign_ = DeviceScalar_Select(DeviceScalar_Equal(difference, DeviceScalar_Broadcast(0.0f)), DeviceScalar_Broadcast(0.0f), sign_);
    sign_ = DeviceScalar_Select(DeviceScalar_Equal(difference, difference), sign_, difference);
    *outputGradient = DeviceScalar_Select(near_, quotient, sign_);
    *targetGradient = DeviceScalar_Negate(*outputGradient);
    squared = DeviceScalar_Multiply(DeviceScalar_Multiply(half_, difference), quotient);
    return DeviceScalar_Select(near_, squared, DeviceScalar_Subtract(distance_, DeviceScalar_Multiply(half_, parameter)));
}

// Quern.Kernels.Operators.SoftplusGradientOperator.Invoke<float, float>(float outputGradient, float x, float beta)
static float SoftplusGradientOperator_Invoke(float outputGradient, float x, float beta)
{
    return DeviceScalar_Multiply(outputGradient, SigmoidOperator_Invoke(DeviceScalar_Multiply(x, beta)));
}

// Quern.Kernels.Operators.SoftplusOperator.Invoke<float, float>(float x, float beta)
static float SoftplusOperator_Invoke(float x, float beta)
{
    float one = DeviceScalar_Broadcast(1.0f);
    float scaled = DeviceScalar_Multiply(x, beta);
    float e = ExpOperator_OfNonPositive(DeviceScalar_Negate(DeviceScalar_Abs(scaled)));
    float sum = DeviceScalar_Add(one, e);
    float lost = DeviceScalar_Divide(DeviceScalar_Subtract(e, DeviceScalar_Subtract(sum, one)), sum);
    float log_ = DeviceScalar_Add(LogOperator_OfNormal(sum), lost);

    return DeviceScalar_Divide(DeviceScalar_Add(DeviceScalar_AtLeast(DeviceScalar_Broadcast(0.0f), scaled), log_), beta);
}

// Quern.Kernels.Operators.SqrtOperator.Invoke<float, float>(float x)
static float SqrtOperator_Invoke(float x)
{
    return DeviceScalar_Sqrt(x);
}

// Quern.Kernels.Operators.SquareOperator.Invoke<float, float>(float x)
static float SquareOperator_Invoke(float x)
{
    return DeviceScalar_Multiply(x, x);
}

// Quern.Kernels.Operators.SubtractOperator.Invoke<float, float>(float left, float right)
static float SubtractOperator_Invoke(float left, float right)
{
    return DeviceScalar_Subtract(left, right);
}

// Quern.Kernels.Operators.TanhGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float TanhGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), DeviceScalar_Multiply(output, output)));
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

// Quern.Kernels.Operators.WhereOperator.Invoke<float, float>(float condition, float value, float other)
static float WhereOperator_Invoke(float condition, float value, float other)
{
    return DeviceScalar_Select(DeviceScalar_Equal(condition, DeviceScalar_Broadcast(0.0f)), other, value);
}
