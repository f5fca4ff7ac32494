// Quern.Kernels.Gpu.DeviceScalar.Abs(float value)
static float DeviceScalar_Abs(float value)
{
    return fabs(value);
}

// Quern.Kernels.Operators.AbsOperator.Invoke<float, float>(float x)
static float AbsOperator_Invoke(float x)
{
    return DeviceScalar_Abs(x);
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
        y[i] = AbsOperator_Invoke(x[i]);
    }
}
