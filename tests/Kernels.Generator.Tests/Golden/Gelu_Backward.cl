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

// Quern.Kernels.Gpu.Gelu.Bell(float x)
static float Gelu_Bell(float x)
{
    return exp(-0.5f * x * x);
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

            inputGradient[i] = outputGradient[i] * (gate * (1.0f + value * (1.0f - gate) * slope));
        }
        else
        {
            float bell = Gelu_Bell(value);

            inputGradient[i] = outputGradient[i] * (Gelu_Distribution(value, bell) + value * bell * 0.3989423f);
        }
    }
}
