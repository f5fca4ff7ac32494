// Quern.Kernels.Gpu.Fill.RunBytes(ArrayView<byte> result, int value)
__kernel void Fill_RunBytes(
    __global uchar* result_buffer, long result_offset, long result_length,
    int value)
{
    __global uchar* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        result[i] = (uchar)value;
    }
}
