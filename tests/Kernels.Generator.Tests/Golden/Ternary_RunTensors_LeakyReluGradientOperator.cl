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

// Quern.Kernels.Operators.LeakyReluGradientOperator.Invoke<float, float>(float outputGradient, float x, float slope)
static float LeakyReluGradientOperator_Invoke(float outputGradient, float x, float slope)
{
    return DeviceScalar_Select(DeviceScalar_Greater(x, DeviceScalar_Broadcast(0.0f)), outputGradient, DeviceScalar_Multiply(slope, outputGradient));
}

// Quern.Kernels.Gpu.Ternary.RunTensors<TOperator>(ArrayView<float> first, ArrayView<float> second, ArrayView<float> third, ArrayView<float> result)
__kernel void Ternary_RunTensors(
    __global float* first_buffer, long first_offset, long first_length,
    __global float* second_buffer, long second_offset, long second_length,
    __global float* third_buffer, long third_offset, long third_length,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* first = first_buffer + first_offset;
    __global float* second = second_buffer + second_offset;
    __global float* third = third_buffer + third_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        result[i] = LeakyReluGradientOperator_Invoke(first[i], second[i], third[i]);
    }
}
