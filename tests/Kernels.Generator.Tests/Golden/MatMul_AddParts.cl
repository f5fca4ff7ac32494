// Quern.Kernels.Gpu.Activations.Relu(float x)
static float Activations_Relu(float x)
{
    return x < 0.0f ? 0.0f : x;
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

// Quern.Kernels.Gpu.Activations.Apply(int activation, float x)
static float Activations_Apply(int activation, float x)
{
    switch (activation)
    {
        case 1:
        {
            return Activations_Relu(x);
        }
        case 2:
        {
            return Activations_Sigmoid(x);
        }
        case 3:
        {
            return Elementary_Tanh(x);
        }
        default:
        {
            return x;
        }
    }
}

// Quern.Kernels.Gpu.Activations.ReluGradient(float gradient, float y)
static float Activations_ReluGradient(float gradient, float y)
{
    return y > 0.0f ? gradient : 0.0f;
}

// Quern.Kernels.Gpu.Activations.SigmoidGradient(float gradient, float y)
static float Activations_SigmoidGradient(float gradient, float y)
{
    return gradient * (y * (1.0f - y));
}

// Quern.Kernels.Gpu.Activations.TanhGradient(float gradient, float y)
static float Activations_TanhGradient(float gradient, float y)
{
    return gradient * (1.0f - y * y);
}

// Quern.Kernels.Gpu.Activations.Gradient(int activation, float gradient, float y)
static float Activations_Gradient(int activation, float gradient, float y)
{
    switch (activation)
    {
        case 1:
        {
            return Activations_ReluGradient(gradient, y);
        }
        case 2:
        {
            return Activations_SigmoidGradient(gradient, y);
        }
        case 3:
        {
            return Activations_TanhGradient(gradient, y);
        }
        default:
        {
            return gradient;
        }
    }
}

// Quern.Kernels.Gpu.MatMul.Store(float value, long place, int biasPlace, int accumulate, ArrayView<float> bias, int biasLength, int activation, ArrayView<float> gradientOutput, int gradientLength, int gradientActivation, ArrayView<float> result)
static void MatMul_Store(float value, long place, int biasPlace, int accumulate, __global float* bias, int biasLength, int activation, __global float* gradientOutput, int gradientLength, int gradientActivation, __global float* result)
{
    if (accumulate != 0)
    {
        value += result[place];
    }
    if (biasLength > 0)
    {
        value += bias[biasPlace];
    }
    value = Activations_Apply(activation, value);
    if (gradientLength > 0)
    {
        value = Activations_Gradient(gradientActivation, value, gradientOutput[place]);
    }
    result[place] = value;
}

// Quern.Kernels.Gpu.MatMul.AddParts(ArrayView<float> parts, int count, int n, int accumulate, ArrayView<float> bias, int biasRow, int activation, ArrayView<float> gradientOutput, int gradientActivation, ArrayView<float> result)
__kernel void MatMul_AddParts(
    __global float* parts_buffer, long parts_offset, long parts_length,
    int count,
    int n,
    int accumulate,
    __global float* bias_buffer, long bias_offset, long bias_length,
    int biasRow,
    int activation,
    __global float* gradientOutput_buffer, long gradientOutput_offset, long gradientOutput_length,
    int gradientActivation,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* parts = parts_buffer + parts_offset;
    __global float* bias = bias_buffer + bias_offset;
    __global float* gradientOutput = gradientOutput_buffer + gradientOutput_offset;
    __global float* result = result_buffer + result_offset;

    int place = (int)get_global_id(0);
    int length_ = (int)result_length;

    if (place < length_)
    {
        float sum = 0.0f;
        long at = place;
        int part = 0;
        int row;

        for (; part + 4 <= count; part += 4)
        {
            float part0 = parts[at];
            float part1 = parts[at + length_];
            float part2 = parts[at + 2L * length_];
            float part3 = parts[at + 3L * length_];

            sum += part0;
            sum += part1;
            sum += part2;
            sum += part3;
            at += 4L * length_;
        }
        for (; part < count; part++)
        {
            sum += parts[at];
            at += length_;
        }
        row = place / n;
        MatMul_Store(sum, place, biasRow != 0 ? row : place - row * n, accumulate, bias, (int)bias_length, activation, gradientOutput, (int)gradientOutput_length, gradientActivation, result);
    }
}
