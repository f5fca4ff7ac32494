// Quern.Kernels.Gpu.Maximum.Choose(float left, float right)
static float Maximum_Choose(float left, float right)
{
    float equal = as_float(as_uint(left) & as_uint(right));
    float leftOrNaN = right < left ? left : left + right;
    float leftOrEqual = right == left ? equal : leftOrNaN;

    return left < right ? right : leftOrEqual;
}

// Quern.Kernels.Gpu.Max.Fold(ArrayView<float> x, int axis, int inner, int sections, ArrayView<float> result)
__kernel void Max_Fold(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    int sections,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        int rest = i / inner;
        int row = rest / sections;
        int first = rest - row * sections;
        long start = (long)row * (long)axis * inner + (i - rest * inner);
        float chosen = x[start + (long)first * (long)inner];

        for (int j = first + sections; j < axis; j += sections)
        {
            chosen = Maximum_Choose(chosen, x[start + (long)j * (long)inner]);
        }
        result[i] = chosen;
    }
}
