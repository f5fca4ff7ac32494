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

// Quern.Kernels.Gpu.Log.Forward(ArrayView<float> x, ArrayView<float> y)
__kernel void Log_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = Elementary_Log(x[i]);
    }
}
