// Quern.Kernels.Gpu.Elementary.Remainder(float x, float n)
static float Elementary_Remainder(float x, float n)
{
    return x - n * 0.6933594f + n * 0.00021219444f;
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

// Quern.Kernels.Gpu.Elementary.Tanh(float x)
static float Elementary_Tanh(float x)
{
    float magnitude = fabs(x);
    float doubled = -2.0f * (magnitude > 10.0f ? 10.0f : magnitude);
    float shifted = doubled * 1.442695f + 12582912.0f;
    float r = Elementary_Remainder(doubled, shifted - 12582912.0f);
    float power = as_float((as_uint(shifted) - 1262485504u + 127u) << 23);
    float t = power * Elementary_ExpMinusOne(r) + (power - 1.0f);
    uint result = as_uint(t / (t + 2.0f));

    return as_float((result & 2147483647u) | (as_uint(x) & 2147483648u));
}

// Quern.Kernels.Gpu.Tanh.Forward(ArrayView<float> x, ArrayView<float> y)
__kernel void Tanh_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = Elementary_Tanh(x[i]);
    }
}
