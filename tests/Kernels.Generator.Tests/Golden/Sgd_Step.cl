// Quern.Kernels.Gpu.Sgd.Step(ArrayView<float> parameter, ArrayView<float> gradient, float rate, float decay)
__kernel void Sgd_Step(
    __global float* parameter_buffer, long parameter_offset, long parameter_length,
    __global float* gradient_buffer, long gradient_offset, long gradient_length,
    float rate,
    float decay)
{
    __global float* parameter = parameter_buffer + parameter_offset;
    __global float* gradient = gradient_buffer + gradient_offset;

    int i = (int)get_global_id(0);

    if (i < (int)parameter_length)
    {
        float p = parameter[i];

        parameter[i] = p - rate * (gradient[i] + decay * p);
    }
}
