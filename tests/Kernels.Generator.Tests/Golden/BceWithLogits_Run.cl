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

// Quern.Kernels.Gpu.BceWithLogits.Loss.Invoke(float first, float second, out float firstGradient, out float secondGradient)
static float Loss_Invoke(float first, float second, float* firstGradient, float* secondGradient)
{
    float e = Elementary_Exp(-fabs(first));
    float sum = 1.0f + e;
    float lost;
    float distance_;
    float missed;

    *firstGradient = (first >= 0.0f ? 1.0f : e) / sum - second;
    *secondGradient = 0.0f;
    lost = (e - (sum - 1.0f)) / sum;
    distance_ = first >= 0.0f ? 1.0f - second : second;
    missed = fabs(first) * distance_;
    return (distance_ == 0.0f ? 0.0f : missed) + (Elementary_Log(sum) + lost);
}

// Quern.Kernels.Gpu.LossLoop.Run<BceWithLogits.Loss>(ArrayView<float> first, ArrayView<float> second, int length, float scale, ArrayView<float> firstGradient, int firstGradientLength, ArrayView<float> secondGradient, int secondGradientLength, ArrayView<float> sums, int sections)
static void LossLoop_Run_Loss(__global float* first, __global float* second, int length_, float scale, __global float* firstGradient, int firstGradientLength, __global float* secondGradient, int secondGradientLength, __global float* sums, int sections)
{
    int section = (int)get_global_id(0);

    if (section < sections)
    {
        float sum = 0.0f;

        for (int i = section; i < length_; i += sections)
        {
            float loss;
            float firstDerivative;
            float secondDerivative;

            loss = Loss_Invoke(first[i], second[i], &firstDerivative, &secondDerivative);
            sum += loss;
            if (firstGradientLength > 0)
            {
                firstGradient[i] = firstDerivative * scale;
            }
            if (secondGradientLength > 0)
            {
                secondGradient[i] = secondDerivative * scale;
            }
        }
        sums[section] = sum;
    }
}

// Quern.Kernels.Gpu.BceWithLogits.Run(ArrayView<float> output, ArrayView<float> target, float scale, ArrayView<float> inputGradient, ArrayView<float> sums)
__kernel void BceWithLogits_Run(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    float scale,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* sums = sums_buffer + sums_offset;

    LossLoop_Run_Loss(output, target, (int)output_length, scale, inputGradient, (int)inputGradient_length, inputGradient, 0, sums, (int)sums_length);
}
