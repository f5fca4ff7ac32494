// Quern.Kernels.Gpu.AxisGather.Run(ArrayView<float> x, int axis, int inner, ArrayView<float> index, int count, int isSame, ArrayView<float> result)
__kernel void AxisGather_Run(
    __global float* x_buffer, long x_offset, long x_length,
    int axis,
    int inner,
    __global float* index_buffer, long index_offset, long index_length,
    int count,
    int isSame,
    __global float* result_buffer, long result_offset, long result_length)
{
    __global float* x = x_buffer + x_offset;
    __global float* index = index_buffer + index_offset;
    __global float* result = result_buffer + result_offset;

    int at = (int)get_global_id(0);

    if (at < (int)result_length)
    {
        int row = at / inner;
        int outer = row / count;
        int chosen = isSame != 0 ? row - outer * count : at;
        int place = convert_int_sat(index[chosen]);

        result[at] = x[((long)outer * (long)axis + place) * inner + (at - row * inner)];
    }
}
