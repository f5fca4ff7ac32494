// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.Equal(float left, float right)
static float DeviceScalar_Equal(float left, float right)
{
    return as_float(left == right ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.And(float left, float right)
static float DeviceScalar_And(float left, float right)
{
    return as_float(as_uint(left) & as_uint(right));
}

// Quern.Kernels.Operators.EqualOperator.Invoke<float, float>(float left, float right)
static float EqualOperator_Invoke(float left, float right)
{
    return DeviceScalar_And(DeviceScalar_Equal(left, right), DeviceScalar_Broadcast(1.0f));
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
        result[i] = EqualOperator_Invoke(left[i], right[i]);
    }
}
