// Quern.Kernels.Gpu.Gelu.AtLeast(float x, float bound)
static float Gelu_AtLeast(float x, float bound)
{
    return x < bound ? bound : x;
}

// Quern.Kernels.Gpu.Gelu.Within(float x, float bound)
static float Gelu_Within(float x, float bound)
{
    return Gelu_AtLeast(x > bound ? bound : x, -bound);
}

// Quern.Kernels.Gpu.Gelu.Near(float x)
static float Gelu_Near(float x)
{
    return Gelu_Within(x, 12.0f);
}

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

// Quern.Kernels.Gpu.Activations.Sigmoid(float x)
static float Activations_Sigmoid(float x)
{
    float e = Elementary_Exp(-fabs(x));

    return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

// Quern.Kernels.Gpu.Gelu.Gate(float x)
static float Gelu_Gate(float x)
{
    float near_ = Gelu_Near(x);

    return Activations_Sigmoid(1.5957692f * near_ * (1.0f + 0.044715f * near_ * near_));
}

// Quern.Kernels.Gpu.Gelu.Bell(float x)
static float Gelu_Bell(float x)
{
    float near_ = Gelu_Within(x, 15.0f);
    float upper = as_float(as_uint(near_) & 4294963200u);
    float bell = Elementary_Exp(-0.5f * upper * upper);

    return bell + bell * Elementary_ExpMinusOne(-0.5f * (near_ - upper) * (near_ + upper));
}

// Quern.Kernels.Gpu.Gelu.Distribution(float x, float bell)
static float Gelu_Distribution(float x, float bell)
{
    float t = 1.0f / (1.0f + fabs(x) * 0.35355338f);
    float p = 0.04084947f * t - 0.22075696f;
    float tail;

    p = p * t + 0.45746318f;
    p = p * t - 0.4013745f;
    p = p * t + 0.08230296f;
    p = p * t - 0.028877754f;
    p = p * t + 0.08132676f;
    p = p * t + 0.17844722f;
    p = p * t + 0.24638972f;
    p = p * t + 0.28213668f;
    p = p * t + 0.28209326f;
    tail = 0.5f * bell * (p * t);
    return x < 0.0f ? tail : 1.0f - tail;
}

// Quern.Kernels.Gpu.Gelu.Backward(ArrayView<float> outputGradient, ArrayView<float> x, int approximate, ArrayView<float> inputGradient)
__kernel void Gelu_Backward(
    __global float* outputGradient_buffer, long outputGradient_offset, long outputGradient_length,
    __global float* x_buffer, long x_offset, long x_length,
    int approximate,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length)
{
    __global float* outputGradient = outputGradient_buffer + outputGradient_offset;
    __global float* x = x_buffer + x_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)inputGradient_length)
    {
        float value = x[i];

        if (approximate != 0)
        {
            float near_ = Gelu_Near(value);
            float gate = Gelu_Gate(value);
            float slope = 1.5957692f * (1.0f + 0.134145f * near_ * near_);

            inputGradient[i] = outputGradient[i] * (gate * (1.0f + near_ * (1.0f - gate) * slope));
        }
        else
        {
            float bell = Gelu_Bell(value);

            inputGradient[i] = outputGradient[i] * (Gelu_Distribution(value, bell) + Gelu_Within(value, 15.0f) * bell * 0.3989423f);
        }
    }
}
