// Quern.Kernels.Gpu.Sgd.MomentumStep(ArrayView<float> parameter, ArrayView<float> gradient, ArrayView<float> velocity, float rate, float decay, float momentum, int nesterov)
__kernel void Sgd_MomentumStep(
    __global float* parameter_buffer, long parameter_offset, long parameter_length,
    __global float* gradient_buffer, long gradient_offset, long gradient_length,
    __global float* velocity_buffer, long velocity_offset, long velocity_length,
    float rate,
    float decay,
    float momentum,
    int nesterov)
{
    __global float* parameter = parameter_buffer + parameter_offset;
    __global float* gradient = gradient_buffer + gradient_offset;
    __global float* velocity = velocity_buffer + velocity_offset;

    int i = (int)get_global_id(0);

    if (i < (int)parameter_length)
    {
        float p = parameter[i];
        float g = gradient[i] + decay * p;
        float u = momentum * velocity[i] + g;
        float ahead;

        velocity[i] = u;
        ahead = g + momentum * u;
        parameter[i] = p - rate * (nesterov != 0 ? ahead : u);
    }
}
