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

// Quern.Kernels.Gpu.Bce.Loss.BoundedLog(float value)
static float Loss_BoundedLog(float value)
{
    float log_ = Elementary_Log(value);

    return log_ < -100.0f ? -100.0f : log_;
}

// Quern.Kernels.Gpu.Bce.Loss.Invoke(float first, float second, out float firstGradient, out float secondGradient)
static float Loss_Invoke(float first, float second, float* firstGradient, float* secondGradient)
{
    float rest = 1.0f - first;
    float divisor = rest * first;

    *firstGradient = (first - second) / (divisor < 1e-12f ? 1e-12f : divisor);
    *secondGradient = 0.0f;
    return (second - 1.0f) * Loss_BoundedLog(rest) - second * Loss_BoundedLog(first);
}

// Quern.Kernels.Gpu.LossLoop.Run<Bce.Loss>(ArrayView<float> first, ArrayView<float> second, int length, float scale, ArrayView<float> firstGradient, int firstGradientLength, ArrayView<float> secondGradient, int secondGradientLength, ArrayView<float> sums, int sections)
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

// Quern.Kernels.Gpu.Bce.Run(ArrayView<float> output, ArrayView<float> target, float scale, ArrayView<float> inputGradient, ArrayView<float> sums)
__kernel void Bce_Run(
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
