// Quern.Kernels.Gpu.Adam.Step(ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, float stepSize, float rootScale, float epsilon, float oneMinusBeta1, float beta2, float oneMinusBeta2, float decay, float keep, int run)
__kernel void Adam_Step(
    __global float* parameter_buffer, long parameter_offset, long parameter_length,
    __global float* gradient_buffer, long gradient_offset, long gradient_length,
    __global float* firstMoment_buffer, long firstMoment_offset, long firstMoment_length,
    __global float* secondMoment_buffer, long secondMoment_offset, long secondMoment_length,
    float stepSize,
    float rootScale,
    float epsilon,
    float oneMinusBeta1,
    float beta2,
    float oneMinusBeta2,
    float decay,
    float keep,
    int run)
{
    __global float* parameter = parameter_buffer + parameter_offset;
    __global float* gradient = gradient_buffer + gradient_offset;
    __global float* firstMoment = firstMoment_buffer + firstMoment_offset;
    __global float* secondMoment = secondMoment_buffer + secondMoment_offset;

    int first = (int)get_global_id(0) * run;
    int end = min(first + run, (int)parameter_length);

    for (int i = first; i < end; i++)
    {
        float p = parameter[i];
        float g = gradient[i] + decay * p;
        float m = firstMoment[i];
        float v;

        m += (g - m) * oneMinusBeta1;
        v = beta2 * secondMoment[i] + oneMinusBeta2 * g * g;
        firstMoment[i] = m;
        secondMoment[i] = v;
        parameter[i] = p * keep - m * stepSize / (sqrt(v) * rootScale + epsilon);
    }
}
