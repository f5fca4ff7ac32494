// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.AtLeast(float number, float value)
static float DeviceScalar_AtLeast(float number, float value)
{
    return value < number ? number : value;
}

// Quern.Kernels.Operators.ReluOperator.Invoke<float, float>(float x)
static float ReluOperator_Invoke(float x)
{
    return DeviceScalar_AtLeast(DeviceScalar_Broadcast(0.0f), x);
}

// Quern.Kernels.Gpu.Unary.Run<TOperator>(ArrayView<float> x, ArrayView<float> y)
__kernel void Unary_Run(
    __global float* x_buffer, long x_offset, long x_length,
    __global float* y_buffer, long y_offset, long y_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* y = y_buffer + y_offset;

    int i = (int)get_global_id(0);

    if (i < (int)y_length)
    {
        y[i] = ReluOperator_Invoke(x[i]);
    }
}
