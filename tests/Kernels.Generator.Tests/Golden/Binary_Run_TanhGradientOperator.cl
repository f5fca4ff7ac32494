// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.Subtract(float left, float right)
static float DeviceScalar_Subtract(float left, float right)
{
    return left - right;
}

// Quern.Kernels.Gpu.DeviceScalar.Multiply(float left, float right)
static float DeviceScalar_Multiply(float left, float right)
{
    return left * right;
}

// Quern.Kernels.Operators.TanhGradientOperator.Invoke<float, float>(float outputGradient, float output)
static float TanhGradientOperator_Invoke(float outputGradient, float output)
{
    return DeviceScalar_Multiply(outputGradient, DeviceScalar_Subtract(DeviceScalar_Broadcast(1.0f), DeviceScalar_Multiply(output, output)));
}

// Quern.Kernels.Gpu.Binary.Run<TOperator>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result)
__kernel void Binary_Run(
    __global float* left_buffer, long left_offset, long left_length,
    __global float* right_buffer, long right_offset, long right_length,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* left = left_buffer + left_offset;
    __global float* right = right_buffer + right_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        result[i] = TanhGradientOperator_Invoke(left[i], right[i]);
    }
}
