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

// Quern.Kernels.Gpu.Mse.ForwardBackward(ArrayView<float> output, ArrayView<float> target, float scale, int activation, ArrayView<float> inputGradient, ArrayView<float> sums)
__kernel void Mse_ForwardBackward(
    __global float* output_buffer, long output_offset, long output_length,
    __global float* target_buffer, long target_offset, long target_length,
    float scale,
    int activation,
    __global float* inputGradient_buffer, long inputGradient_offset, long inputGradient_length,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* output = output_buffer + output_offset;
    __global float* target = target_buffer + target_offset;
    __global float* inputGradient = inputGradient_buffer + inputGradient_offset;
    __global float* sums = sums_buffer + sums_offset;

    int section = (int)get_global_id(0);

    if (section < (int)sums_length)
    {
        float sum = 0.0f;

        for (int i = section; i < (int)output_length; i += (int)sums_length)
        {
            float y = output[i];
            float difference = y - target[i];

            sum += difference * difference;
            inputGradient[i] = Activations_Gradient(activation, scale * difference, y);
        }
        sums[section] = sum;
    }
}
