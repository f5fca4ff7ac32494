// Quern.Kernels.Gpu.DeviceScalar.Broadcast(float value)
static float DeviceScalar_Broadcast(float value)
{
    return value;
}

// Quern.Kernels.Gpu.DeviceScalar.Multiply(float left, float right)
static float DeviceScalar_Multiply(float left, float right)
{
    return left * right;
}

// Quern.Kernels.Gpu.DeviceScalar.Greater(float left, float right)
static float DeviceScalar_Greater(float left, float right)
{
    return as_float(right < left ? 4294967295u : 0u);
}

// Quern.Kernels.Gpu.DeviceScalar.Select(float mask, float whereSet, float whereClear)
static float DeviceScalar_Select(float mask, float whereSet, float whereClear)
{
    uint bits = as_uint(mask);

    return as_float((bits & as_uint(whereSet)) | (~bits & as_uint(whereClear)));
}

// Quern.Kernels.Operators.LeakyReluOperator.Invoke<float, float>(float x, float slope)
static float LeakyReluOperator_Invoke(float x, float slope)
{
    return DeviceScalar_Select(DeviceScalar_Greater(x, DeviceScalar_Broadcast(0.0f)), x, DeviceScalar_Multiply(slope, x));
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
        result[i] = LeakyReluOperator_Invoke(left[i], right[i]);
    }
}
