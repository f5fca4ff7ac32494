// Quern.Kernels.Gpu.DeviceScalar.Min(float left, float right)
static float DeviceScalar_Min(float left, float right)
{
    float equal = as_float(as_uint(left) | as_uint(right));
    float leftOrNaN = right > left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left > right ? right : leftOrEqual;
}

// Quern.Kernels.Operators.MinimumOperator.Invoke<float, float>(float left, float right)
static float MinimumOperator_Invoke(float left, float right)
{
    return DeviceScalar_Min(left, right);
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
        result[i] = MinimumOperator_Invoke(left[i], right[i]);
    }
}
