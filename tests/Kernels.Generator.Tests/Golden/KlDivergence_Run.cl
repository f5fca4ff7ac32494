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

// Quern.Kernels.Gpu.KlDivergence.Loss.Invoke(float first, float second, out float firstGradient, out float secondGradient)
static float Loss_Invoke(float first, float second, float* firstGradient, float* secondGradient)
{
    float excess = Elementary_Exp(second) - 1.0f;

    *firstGradient = first;
    *secondGradient = 0.5f * excess;
    return 0.5f * (first * first + (excess - second));
}

// Quern.Kernels.Gpu.LossLoop.Run<KlDivergence.Loss>(ArrayView<float> first, ArrayView<float> second, int length, float scale, ArrayView<float> firstGradient, int firstGradientLength, ArrayView<float> secondGradient, int secondGradientLength, ArrayView<float> sums, int sections)
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

// Quern.Kernels.Gpu.KlDivergence.Run(ArrayView<float> mean, ArrayView<float> logVariance, float scale, ArrayView<float> meanGradient, ArrayView<float> logVarianceGradient, ArrayView<float> sums)
__kernel void KlDivergence_Run(
    __global float* mean_buffer, long mean_offset, long mean_length,
    __global float* logVariance_buffer, long logVariance_offset, long logVariance_length,
    float scale,
    __global float* meanGradient_buffer, long meanGradient_offset, long meanGradient_length,
    __global float* logVarianceGradient_buffer, long logVarianceGradient_offset, long logVarianceGradient_length,
    __global float* sums_buffer, long sums_offset, long sums_length)
{
    __global float* mean = mean_buffer + mean_offset;
    __global float* logVariance = logVariance_buffer + logVariance_offset;
    __global float* meanGradient = meanGradient_buffer + meanGradient_offset;
    __global float* logVarianceGradient = logVarianceGradient_buffer + logVarianceGradient_offset;
    __global float* sums = sums_buffer + sums_offset;

    LossLoop_Run_Loss(mean, logVariance, (int)mean_length, scale, meanGradient, (int)meanGradient_length, logVarianceGradient, (int)logVarianceGradient_length, sums, (int)sums_length);
}
