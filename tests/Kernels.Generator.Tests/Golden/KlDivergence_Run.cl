// Quern.Kernels.Gpu.KlDivergence.Loss.Invoke(float first, float second, out float firstGradient, out float secondGradient)
static float Loss_Invoke(float first, float second, float* firstGradient, float* secondGradient)
{
    float excess = exp(second) - 1.0f;

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
