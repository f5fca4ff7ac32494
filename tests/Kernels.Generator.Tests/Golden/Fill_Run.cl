// Quern.Kernels.Gpu.Fill.Run(ArrayView<float> result, float value)
__kernel void Fill_Run(
    __global float* result_buffer, long result_offset, long result_length,
    float value)
{
    __global float* result = result_buffer + result_offset;

    int i = (int)get_global_id(0);

    if (i < (int)result_length)
    {
        result[i] = value;
    }
}
