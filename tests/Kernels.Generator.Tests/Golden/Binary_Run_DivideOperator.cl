// Quern.Kernels.Gpu.DeviceScalar.Divide(float left, float right)
static float DeviceScalar_Divide(float left, float right)
{
    return left / right;
}

// Quern.Kernels.Operators.DivideOperator.Invoke<float, float>(float left, float right)
static float DivideOperator_Invoke(float left, float right)
{
    return DeviceScalar_Divide(left, right);
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
        result[i] = DivideOperator_Invoke(left[i], right[i]);
    }
}
