// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.Divide(float left, float right)
static float DeviceScalar_Divide(float left, float right)
{
    return left / right;
}

// Quern.Kernels.Operators.ReciprocalOperator.Invoke<float, float>(float x)
static float ReciprocalOperator_Invoke(float x)
{
    return DeviceScalar_Divide(DeviceScalar_Broadcast(1.0f), x);
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
        y[i] = ReciprocalOperator_Invoke(x[i]);
    }
}
