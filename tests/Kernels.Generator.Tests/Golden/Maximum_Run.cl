// Quern.Kernels.Gpu.Maximum.Choose(float left, float right)
static float Maximum_Choose(float left, float right)
{
    float equal = as_float(as_uint(left) & as_uint(right));
    float leftOrNaN = right < left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left < right ? right : leftOrEqual;
}

// Quern.Kernels.Gpu.Maximum.Run(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result)
__kernel void Maximum_Run(
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
        result[i] = Maximum_Choose(left[i], right[i]);
    }
}
