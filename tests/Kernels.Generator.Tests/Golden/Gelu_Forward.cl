// Quern.Kernels.Gpu.Gelu.Near(float x)
static float Gelu_Near(float x)
{
    float atMost = x > 12.0f ? 12.0f : x;

    return atMost < -12.0f ? -12.0f : atMost;
}

// Quern.Kernels.Gpu.Activations.Sigmoid(float x)
static float Activations_Sigmoid(float x)
{
    return 1.0f / (1.0f + exp(-x));
}

// Quern.Kernels.Gpu.Gelu.Gate(float x)
static float Gelu_Gate(float x)
{
    float near_ = Gelu_Near(x);

    return Activations_Sigmoid(1.5957692f * near_ * (1.0f + 0.044715f * near_ * near_));
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

// Quern.Kernels.Gpu.Gelu.Bell(float x)
static float Gelu_Bell(float x)
{
    return exp(-0.5f * x * x);
}

// Quern.Kernels.Gpu.Gelu.Forward(ArrayView<float> x, int approximate, ArrayView<float> y)
__kernel void Gelu_Forward(
    __global float* x_buffer, long x_offset, long x_length,
    int approximate,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        float value = x[i];

        if (approximate != 0)
        {
            y[i] = value * Gelu_Gate(value);
        }
        else
        {
            y[i] = value * Gelu_Distribution(value, Gelu_Bell(value));
        }
    }
}
