// Quern.Kernels.Gpu.DeviceScalar.Multiply(float left, float right)
static float DeviceScalar_Multiply(float left, float right)
{
    return left * right;
}

// Quern.Kernels.Operators.SquareOperator.Invoke<float, float>(float x)
static float SquareOperator_Invoke(float x)
{
    return DeviceScalar_Multiply(x, x);
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
        y[i] = SquareOperator_Invoke(x[i]);
    }
}
